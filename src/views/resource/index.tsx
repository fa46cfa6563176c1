import { ReactWidget } from '@jupyterlab/ui-components';
import { Message } from '@lumino/messaging';
import * as React from 'react';

import { LinkButton } from '../../components/button';
import { PolicySource } from '../../components/policy';
import { clockTime } from '../../components/time';
import { useChanges, useNow } from '../../hooks';
import { IProblem } from '../../protocol';
import { ISmext } from '../../tokens';
import { ProblemCallout } from '../modal/problem';
import { Header } from './header';
import { linkOf } from './link';
import { ResourceModel } from './model';

import '../../../style/shared.css';
import '../../../style/dialogs.css';
import '../../../style/resource.css';

export { ResourceModel };

/**
 * The contents of a resource's tab.
 */
export function createResourceView(
  model: ResourceModel,
  smext: ISmext
): ReactWidget {
  return new ResourceContent(model, smext);
}

class ResourceContent extends ReactWidget {
  constructor(
    private readonly _model: ResourceModel,
    private readonly _smext: ISmext
  ) {
    super();
  }

  protected override render(): React.ReactElement {
    return (
      <PolicySource.Provider value={this._smext.api}>
        <ResourceView
          model={this._model}
          smext={this._smext}
          visible={this.isVisible}
        />
      </PolicySource.Provider>
    );
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._model.look();
    this.update();
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this.update();
  }
}

/** The view with the code of a resource. */
const CODE = 'code';

/**
 * A resource: what it is and does now, and its views as tabs.
 */
export function ResourceView(props: {
  model: ResourceModel;
  smext: ISmext;
  visible: boolean;
}): React.ReactElement {
  const { model, smext, visible } = props;
  const { trans, views, store } = smext;
  // A view that was left is found again as it was.
  const [seen, setSeen] = React.useState<ReadonlySet<string>>(new Set());
  const tabs = React.useRef<HTMLDivElement>(null);
  const prefix = React.useId();
  useChanges(model.changed, views.changed, store.changed);

  const { id, resource, problem } = model;
  const spec = store.kinds.get(id.kind);
  if (!resource || !spec) {
    return (
      <div className="jp-smext-page">
        <h1 className="jp-smext-sr">{nameOf(id.id)}</h1>
        {problem ? (
          <div className="jp-smext-page-alone">
            <Trouble problem={problem} model={model} smext={smext} />
          </div>
        ) : (
          <p role="status" className="jp-smext-page-alone jp-smext-modal-wait">
            {trans.__('Reading %1…', nameOf(id.id))}
          </p>
        )}
      </div>
    );
  }

  const shown = views.of(spec);
  const current = shown.find(view => view.id === model.view) ?? shown[0];
  const choose = (view: string) => {
    setSeen(new Set([...seen, current.id]));
    model.choose(view);
  };
  const move = (event: React.KeyboardEvent) => {
    const at = shown.indexOf(current);
    const to: { [key: string]: number } = {
      ArrowLeft: (at + shown.length - 1) % shown.length,
      ArrowRight: (at + 1) % shown.length,
      Home: 0,
      End: shown.length - 1
    };
    if (event.key in to) {
      event.preventDefault();
      choose(shown[to[event.key]].id);
      tabs.current
        ?.querySelectorAll<HTMLElement>('[role=tab]')
        [to[event.key]]?.focus();
    }
  };
  return (
    <div className="jp-smext-page">
      <Header
        id={id}
        resource={resource}
        spec={spec}
        problem={problem}
        smext={smext}
        timeline={model.timeline}
        onCode={
          shown.some(view => view.id === CODE) ? () => choose(CODE) : null
        }
        link={() =>
          linkOf(
            smext.api.settings.baseUrl,
            id,
            current.id,
            model.place(current.id)
          )
        }
      />
      {problem && (
        <div className="jp-smext-page-trouble">
          <Trouble problem={problem} model={model} smext={smext} />
        </div>
      )}
      <div
        ref={tabs}
        className="jp-smext-tabs"
        role="tablist"
        aria-label={trans.__('Views')}
        onKeyDown={move}
      >
        {shown.map(view => (
          <button
            key={view.id}
            type="button"
            role="tab"
            id={`${prefix}-${view.id}-tab`}
            aria-controls={`${prefix}-${view.id}-panel`}
            aria-selected={view === current}
            tabIndex={view === current ? 0 : -1}
            onClick={() => choose(view.id)}
          >
            {view.label}
          </button>
        ))}
      </div>
      {shown
        .filter(view => view === current || seen.has(view.id))
        .map(view => (
          <div
            key={view.id}
            id={`${prefix}-${view.id}-panel`}
            className="jp-smext-page-body"
            role="tabpanel"
            tabIndex={0}
            hidden={view !== current}
            aria-labelledby={`${prefix}-${view.id}-tab`}
          >
            <React.Suspense
              fallback={<p role="status">{trans.__('Loading…')}</p>}
            >
              {view.render({
                ...id,
                resource,
                spec,
                smext,
                timeline: model.timeline,
                visible: visible && view === current,
                place: model.place(view.id),
                onPlace: place => model.move(view.id, place)
              })}
            </React.Suspense>
          </div>
        ))}
    </div>
  );
}

/**
 * Why what is shown is not newer, or is not shown at all.
 */
function Trouble(props: {
  problem: IProblem;
  model: ResourceModel;
  smext: ISmext;
}): React.ReactElement {
  const { problem, model, smext } = props;
  const { trans } = smext;
  const now = useNow();
  const gone = problem.cause === 'not_found';
  const said: IProblem = gone
    ? {
        ...problem,
        title: trans.__('%1 does not exist', nameOf(model.id.id)),
        next: model.resource
          ? trans.__('It was deleted. Below is what it was.')
          : trans.__(
              'It was deleted, or is in another region or account than this.'
            )
      }
    : problem;
  return (
    <ProblemCallout problem={said} trans={trans} folded={gone}>
      {!gone && (
        <>
          {model.readAt !== null && (
            <span>{trans.__('As of %1.', clockTime(model.readAt, now))}</span>
          )}
          <LinkButton
            label={trans.__('Try again')}
            onClick={() => void model.refresh()}
          />
        </>
      )}
    </ProblemCallout>
  );
}

/**
 * The last part of a row id: a name, or an ARN.
 */
export function nameOf(id: string): string {
  return decodeURIComponent(id.slice(id.lastIndexOf(',') + 1));
}
