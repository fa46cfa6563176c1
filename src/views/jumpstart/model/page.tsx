import * as React from 'react';

import { JumpStartRoutes } from '../../../api/jumpstart';
import { CopyButton } from '../../../components/copy-button';
import { openIcon } from '../../../components/icons';
import { IModelPage } from '../../../protocol';
import { IModelId, ISmext } from '../../../tokens';
import { useAnswer } from '../../answer';
import { ProblemCallout } from '../../modal/problem';
import { Browse } from '../launch/browse';
import { Launches } from '../launch/launches';
import { openNotebookOf } from '../notebooks/open';
import { Markdown } from './markdown';
import { ModelViews } from './views';

/**
 * A model: what its document says, and the forms that deploy and fine-tune it.
 */
export function ModelPage(props: {
  id: IModelId;
  smext: ISmext;
  launches: Launches;
  markdown: Markdown;
  browse: Browse | null;
  openModel: (model: IModelId) => void;
  openFile: (path: string) => void;
}): React.ReactElement {
  const { id, smext, launches, markdown, browse } = props;
  const { openModel, openFile } = props;
  const { api, trans } = smext;
  const [attempt, setAttempt] = React.useState(0);
  const { value, problem } = useAnswer<IModelPage>(
    JSON.stringify([id, attempt]),
    () =>
      api
        .of(JumpStartRoutes)
        .model(id.connection, id.region, id.hub, id.id, id.version)
  );
  const again = () => setAttempt(attempt + 1);
  if (!value) {
    return (
      <div className="jp-smext-page">
        <h1 className="jp-smext-sr">{id.id}</h1>
        <div className="jp-smext-page-alone">
          {problem ? (
            <ProblemCallout problem={problem} trans={trans} onAgain={again} />
          ) : (
            <p role="status" className="jp-smext-modal-wait">
              {trans.__('Reading the document of %1…', id.id)}
            </p>
          )}
        </div>
      </div>
    );
  }
  return (
    <div className="jp-smext-page jp-smext-jumpstart">
      <Head
        page={value}
        id={id}
        smext={smext}
        openModel={openModel}
        openFile={openFile}
      />
      {value.problems.map((one, index) => (
        <div key={index} className="jp-smext-page-trouble">
          <ProblemCallout
            problem={one}
            trans={trans}
            folded
            onAgain={one.cause === 'needs_aws' ? undefined : again}
          />
        </div>
      ))}
      <ModelViews
        page={value}
        id={id}
        smext={smext}
        launches={launches}
        markdown={markdown}
        browse={browse}
      />
    </div>
  );
}

function Head(props: {
  page: IModelPage;
  id: IModelId;
  smext: ISmext;
  openModel: (model: IModelId) => void;
  openFile: (path: string) => void;
}): React.ReactElement {
  const { page, id, smext, openModel, openFile } = props;
  const { trans } = smext;
  const { model, versions, deprecated } = page;
  const versionId = React.useId();
  const facts = [model.task, model.provider].filter(Boolean).join(' · ');
  return (
    <div className="jp-smext-page-head jp-smext-model-head">
      <div className="jp-smext-grow">
        <h1>{model.name || model.id}</h1>
        <p className="jp-smext-muted">
          <code>{model.id}</code>
          <CopyButton
            text={model.id}
            label={trans.__('Copy the model’s id')}
            trans={trans}
          />
          {facts && ` · ${facts}`}
          {` · ${id.region}`}
          {model.runs_here && (
            <span className="jp-smext-badge" data-tone="ok">
              {trans.__('runs on this machine')}
            </span>
          )}
          {model.deprecated && (
            <span className="jp-smext-badge" data-tone="idle">
              {trans.__('deprecated')}
            </span>
          )}
          {model.vulnerable && (
            <span className="jp-smext-badge" data-tone="bad">
              {trans.__('vulnerable')}
            </span>
          )}
        </p>
      </div>
      <label htmlFor={versionId} className="jp-smext-muted">
        {trans.__('Version')}
      </label>
      <select
        id={versionId}
        className="jp-smext-input"
        value={id.version}
        onChange={event => openModel({ ...id, version: event.target.value })}
      >
        {!versions.includes(id.version) && <option>{id.version}</option>}
        {versions.map(version => (
          <option key={version} value={version}>
            {deprecated.includes(version)
              ? trans.__('%1 (deprecated)', version)
              : version}
          </option>
        ))}
      </select>
      {page.notebooks.length > 0 && (
        <button
          type="button"
          className="jp-smext-btn"
          onClick={() =>
            void openNotebookOf(smext, id, page.notebooks, openFile)
          }
        >
          <openIcon.react tag="span" className="jp-smext-icon" />
          {trans.__('Open notebook')}
        </button>
      )}
    </div>
  );
}
