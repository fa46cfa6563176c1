import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { problemOf } from '../../api';
import { NotebookJobRoutes } from '../../api/notebook-jobs';
import { exactTime } from '../../components/time';
import { ToneMark } from '../../components/tone';
import { INotebookJob, IProblem, Tone } from '../../protocol';
import { ISmext } from '../../tokens';
import { ModalHead } from '../modal/frame';
import { ProblemCallout } from '../modal/problem';
import { notebookName, stateWords } from './words';

const TONES: { readonly [state in INotebookJob['state']]: Tone } = {
  running: 'busy',
  done: 'ok',
  failed: 'bad',
  cancelled: 'idle'
};

/**
 * The latest notebook jobs of this server, newest first; one is chosen to be shown.
 */
export function JobList(props: {
  smext: ISmext;
  titleId: string;
  onClose: (chosen: INotebookJob | null) => void;
}): React.ReactElement {
  const { smext, titleId, onClose } = props;
  const { api, trans } = smext;
  const [jobs, setJobs] = React.useState<ReadonlyArray<INotebookJob> | null>(
    null
  );
  const [problem, setProblem] = React.useState<IProblem | null>(null);
  React.useEffect(() => {
    let wanted = true;
    api
      .of(NotebookJobRoutes)
      .jobs()
      .then(
        found => wanted && setJobs(found),
        error => wanted && setProblem(problemOf(error))
      );
    return () => {
      wanted = false;
    };
  }, [api]);
  return (
    <>
      <ModalHead
        titleId={titleId}
        title={trans.__('Notebook jobs')}
        trans={trans}
        onClose={() => onClose(null)}
      />
      <div className="jp-smext-modal-body">
        {problem && <ProblemCallout problem={problem} trans={trans} />}
        {!jobs && !problem && (
          <p role="status" className="jp-smext-modal-wait">
            {trans.__('Reading the jobs…')}
          </p>
        )}
        {jobs?.length === 0 && (
          <p className="jp-smext-modal-wait">
            {trans.__('No notebook was run as a job from here yet.')}
          </p>
        )}
        {jobs && jobs.length > 0 && (
          <ul className="jp-smext-jobs">
            {jobs.map(job => (
              <li key={job.id}>
                <JobLine job={job} trans={trans} onShow={() => onClose(job)} />
              </li>
            ))}
          </ul>
        )}
      </div>
    </>
  );
}

function JobLine(props: {
  job: INotebookJob;
  trans: TranslationBundle;
  onShow: () => void;
}): React.ReactElement {
  const { job, trans, onShow } = props;
  return (
    <button type="button" className="jp-smext-job-line" onClick={onShow}>
      <ToneMark tone={TONES[job.state]} trans={trans} />
      <span className="jp-smext-grow">
        <span className="jp-smext-ellipsis">
          {notebookName(job.request.path)}
        </span>
        <span className="jp-smext-muted jp-smext-ellipsis">
          {stateWords(job, trans)}
        </span>
      </span>
      <span className="jp-smext-muted">
        {job.request.instance_type}
        <br />
        {exactTime(job.started)}
      </span>
    </button>
  );
}
