import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { NotebookJobRoutes } from '../../api/notebook-jobs';
import { took } from '../../components/time';
import { useChanges, useSeconds } from '../../hooks';
import { INotebookJob } from '../../protocol';
import { ISmext } from '../../tokens';
import { ModalHead } from '../modal/frame';
import LogView from '../log';
import { ProblemCallout } from '../modal/problem';
import { TaskSession } from '../task/session';
import { TaskProgress, TaskSteps } from '../task/steps';
import { notebookName, stateWords } from './words';

/**
 * A notebook job: its steps, its log as it is written, and what came of it. It goes on when closed.
 */
export function Progress(props: {
  session: TaskSession<INotebookJob>;
  smext: ISmext;
  titleId: string;
  statusId: string;
  onOpen: (path: string) => void;
  onClose: () => void;
}): React.ReactElement {
  const { session, smext, onOpen, onClose } = props;
  const { api, trans } = smext;
  useChanges(session.changed);
  useSeconds(session.isRunning);
  const [asked, setAsked] = React.useState(false);
  const close = React.useRef<HTMLButtonElement>(null);
  React.useEffect(() => close.current?.focus(), []);
  const { value: job, problem } = session;
  const ask = (request: () => Promise<INotebookJob>) => {
    setAsked(true);
    void session.attempt(request).finally(() => setAsked(false));
  };
  const fetch = () => ask(() => api.of(NotebookJobRoutes).fetch(session.id));
  return (
    <>
      <ModalHead
        titleId={props.titleId}
        title={trans.__(
          '%1 on %2',
          notebookName(job.request.path),
          job.request.instance_type
        )}
        trans={trans}
        closes={session.isRunning ? trans.__('Close; it goes on') : undefined}
        onClose={onClose}
      >
        <p>
          <span id={props.statusId} role="status" aria-live="polite">
            {stateWords(job, trans)}
          </span>
          {session.isRunning && (
            <> · {took(Date.now() / 1000 - job.started, trans)}</>
          )}
        </p>
      </ModalHead>
      <TaskProgress steps={job.steps} trans={trans} />
      <div className="jp-smext-modal-body">
        <TaskSteps steps={job.steps} trans={trans} />
        {[job.problem, problem].map(
          (one, index) =>
            one && (
              <ProblemCallout key={index} problem={one} trans={trans}>
                {one === job.problem && canFetch(job) && (
                  <button
                    type="button"
                    className="jp-smext-btn"
                    aria-disabled={asked || undefined}
                    onClick={asked ? undefined : fetch}
                  >
                    {trans.__('Bring the notebook back')}
                  </button>
                )}
              </ProblemCallout>
            )
        )}
        {isCreated(job) && (
          <LogView
            key={session.id}
            smext={smext}
            place={{
              connection: job.request.connection,
              region: job.request.region,
              kind: 'training-job',
              id: job.job!
            }}
            compact
          />
        )}
      </div>
      <div className="jp-smext-modal-foot">
        <Files job={job} asked={asked} trans={trans} onFetch={fetch} />
        {session.isRunning && (
          <button
            type="button"
            className="jp-smext-btn jp-mod-large"
            aria-disabled={asked || undefined}
            onClick={
              asked
                ? undefined
                : () => ask(() => api.of(NotebookJobRoutes).cancel(session.id))
            }
          >
            {trans.__('Stop')}
          </button>
        )}
        <button
          type="button"
          ref={close}
          className="jp-smext-btn jp-mod-reject jp-mod-large"
          onClick={onClose}
        >
          {session.isRunning ? trans.__('Hide') : trans.__('Close')}
        </button>
        {job.result !== null && (
          <button
            type="button"
            className="jp-smext-btn jp-mod-accept jp-mod-large"
            onClick={() => {
              onClose();
              onOpen(job.result!);
            }}
          >
            {trans.__('Open the executed notebook')}
          </button>
        )}
      </div>
    </>
  );
}

/** Whether a notebook may still be had of a job that is over. */
function canFetch(job: INotebookJob): boolean {
  return (
    job.state !== 'running' &&
    isCreated(job) &&
    job.steps.find(({ id }) => id === 'fetch')?.state !== 'done'
  );
}

/** Whether there is a training job, by its name. */
function isCreated(job: INotebookJob): boolean {
  const made = job.steps.find(({ id }) => id === 'create')?.state === 'done';
  return made && job.job !== null;
}

/**
 * What else the job wrote: it stays in S3 until it is asked for.
 */
function Files(props: {
  job: INotebookJob;
  asked: boolean;
  trans: TranslationBundle;
  onFetch: () => void;
}): React.ReactElement | null {
  const { job, asked, trans, onFetch } = props;
  const count = job.files.length;
  if (!count) {
    return null;
  }
  if (job.files_at !== null) {
    return (
      <span className="jp-smext-modal-aside jp-smext-muted">
        {trans.__('Its files are in %1', job.files_at)}
      </span>
    );
  }
  return (
    <button
      type="button"
      className="jp-smext-btn jp-mod-large jp-smext-modal-aside"
      title={job.files.map(file => file.name).join('\n')}
      aria-disabled={asked || undefined}
      onClick={asked ? undefined : onFetch}
    >
      {trans._n('Bring %1 file it wrote', 'Bring %1 files it wrote', count)}
    </button>
  );
}
