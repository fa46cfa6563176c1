import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { exactTime, took } from '../../../components/time';
import {
  ILaunch,
  IProblem,
  ITrainingLog,
  ITrainingProgress
} from '../../../protocol';
import { ISmext } from '../../../tokens';
import { useAnswer } from '../../answer';
import { ProblemCallout } from '../../modal/problem';
import { TaskLog } from '../../task/log';
import { CurvePlot } from './curve-plot';
import { extended, ICurve, short } from './curves';

import '../../../../style/training.css';

/** The step that makes the job. */
const CREATE = 'create';

/**
 * A fine-tuning's job: the phases it went through, its metrics and its log as they come.
 */
export function Training(props: {
  launch: ILaunch;
  smext: ISmext;
}): React.ReactElement {
  const { launch, smext } = props;
  const { api, trans } = smext;
  const [curves, setCurves] = React.useState<ReadonlyArray<ICurve>>([]);
  const [missing, setMissing] = React.useState<ReadonlyArray<IProblem>>([]);
  const created =
    launch.steps.find(({ id }) => id === CREATE)?.state === 'done';
  const answer = useAnswer(created ? `${launch.id} ${launch.rev}` : null, () =>
    api.launchTraining(launch.id)
  );
  // What was known stays until more is.
  const last = React.useRef<ITrainingProgress | null>(null);
  last.current = answer.value ?? last.current;
  const progress = last.current;
  const read = async (next: string | null): Promise<ITrainingLog> => {
    const page = await api.launchLog(launch.id, next);
    setCurves(before => extended(next === null ? [] : before, page.values));
    // The same is said of each page of the log.
    setMissing(before => (page.problems.length ? page.problems : before));
    return page;
  };
  const finals = (progress?.finals ?? []).filter(
    ({ name }) => !curves.some(curve => curve.name === name)
  );
  return (
    <>
      {answer.problem && (
        <ProblemCallout problem={answer.problem} trans={trans} folded />
      )}
      {progress && progress.phases.length > 0 && (
        <Phases progress={progress} trans={trans} />
      )}
      {curves.length > 0 && (
        <section
          className="jp-smext-curves"
          aria-label={trans.__('Metrics of the job')}
        >
          {curves.map(curve => (
            <CurvePlot key={curve.name} curve={curve} trans={trans} />
          ))}
        </section>
      )}
      {finals.length > 0 && (
        <p>
          {trans.__(
            'In the end: %1',
            finals.map(one => `${one.name} ${short(one.value)}`).join(', ')
          )}
        </p>
      )}
      {missing.map((problem, index) => (
        <ProblemCallout key={index} problem={problem} trans={trans} folded />
      ))}
      <TaskLog key={launch.id} read={read} trans={trans} />
    </>
  );
}

/**
 * The secondary statuses of a job, each with what AWS says of it and how long it took.
 */
function Phases(props: {
  progress: ITrainingProgress;
  trans: TranslationBundle;
}): React.ReactElement {
  const { progress, trans } = props;
  const { phases } = progress;
  return (
    <ol className="jp-smext-phases" aria-label={trans.__('Phases of the job')}>
      {phases.map((phase, index) => (
        <li
          key={index}
          aria-current={
            index === phases.length - 1 && phase.ended === null
              ? 'step'
              : undefined
          }
        >
          <b>{phase.status}</b>
          <span className="jp-smext-muted">{phase.message}</span>
          <span
            className="jp-smext-num jp-smext-muted"
            title={exactTime(phase.started)}
          >
            {phase.ended === null
              ? ''
              : took(phase.ended - phase.started, trans)}
          </span>
        </li>
      ))}
    </ol>
  );
}
