import { Event } from '@jupyterlab/services';
import * as React from 'react';

import { CreationRoutes } from '../../api/creations';
import { FormRoutes } from '../../api/forms';
import { useChanges, useStore } from '../../hooks';
import { ICreation } from '../../protocol';
import { IPlace, ISmext } from '../../tokens';
import { useAnswer } from '../answer';
import { ProblemCallout } from '../modal/problem';
import { Chooser } from './chooser';
import { IFieldContext } from './context';
import { drafts } from './drafts';
import { IOffer, madeWith } from './loading';
import { CreateModel } from './model';
import { NewResourceForm } from './new-resource-form';
import { Progress } from './progress';

/**
 * A new resource, from the question which to the resource itself.
 */
export function CreatePage(props: {
  model: CreateModel;
  smext: ISmext;
  stream: Event.Stream;
  browse?: IFieldContext['browse'];
  /** Close the tab: what it is about is there. */
  onDone: () => void;
}): React.ReactElement {
  const { model, smext, stream, browse, onDone } = props;
  const { api, store, trans } = smext;
  useStore(store);
  useChanges(model.changed);
  const { target } = model;
  const connection = target.connection ?? store.connection;
  const region = target.region ?? target.clone?.region ?? store.regions[0];
  const [attempt, setAttempt] = React.useState(0);
  const again = () => setAttempt(attempt + 1);
  const offer = useAnswer<IOffer>(`offer ${attempt}`, async () => {
    const [creatables, layouts] = await Promise.all([
      api.of(FormRoutes).creatables(),
      api.of(FormRoutes).layouts()
    ]);
    return { creatables, layouts };
  });
  const followed = useAnswer<ICreation>(
    target.creation === undefined ? null : `${target.creation} ${attempt}`,
    () => api.of(CreationRoutes).creation(target.creation!)
  );
  const problem = offer.problem ?? followed.problem;
  if (problem) {
    return (
      <Alone>
        <ProblemCallout problem={problem} trans={trans} onAgain={again} />
      </Alone>
    );
  }
  if (target.creation !== undefined) {
    return followed.value ? (
      <Progress
        key={target.creation}
        creation={followed.value}
        smext={smext}
        stream={stream}
        onAgain={() => {
          model.go({ ...target, creation: undefined });
        }}
        onMade={({ request, target: made }) => {
          drafts.discard(target.draft ?? '');
          void store.refetch();
          smext.openResource({ ...request, ...made! });
          onDone();
        }}
      />
    ) : (
      <Alone>
        <p role="status">{trans.__('Reading how it is getting on…')}</p>
      </Alone>
    );
  }
  if (!offer.value) {
    return (
      <Alone>
        <p role="status">{trans.__('Reading what can be created…')}</p>
      </Alone>
    );
  }
  const made = madeWith(target, offer.value);
  if (made === null) {
    return (
      <div className="jp-smext-page">
        <div className="jp-smext-page-head">
          <h1>{trans.__('Create a resource')}</h1>
        </div>
        <div className="jp-smext-page-body">
          <Chooser
            offer={offer.value}
            trans={trans}
            onChoose={what => model.go({ ...target, ...what })}
          />
        </div>
      </div>
    );
  }
  if (connection === null || !region) {
    return (
      <Alone>
        <p role="status">
          {connection === null
            ? trans.__('Choose a connection in the SageMaker panel first.')
            : (store.view.problem?.title ?? trans.__('Reading the regions…'))}
        </p>
      </Alone>
    );
  }
  const place: IPlace = { connection, region };
  return (
    <NewResourceForm
      key={JSON.stringify([place, target])}
      place={place}
      target={target}
      made={made}
      model={model}
      smext={smext}
      browse={browse}
    />
  );
}

function Alone(props: { children: React.ReactNode }): React.ReactElement {
  return (
    <div className="jp-smext-page">
      <div className="jp-smext-page-alone">{props.children}</div>
    </div>
  );
}
