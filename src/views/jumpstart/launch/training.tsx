import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { LaunchRoutes } from '../../../api/launches';
import { exactTime, took } from '../../../components/time';
import { useChanges } from '../../../hooks';
import { ILaunch, ITrainingProgress } from '../../../protocol';
import { ISmext } from '../../../tokens';
import { useAnswer } from '../../answer';
import LogView from '../../log';
import { short } from '../../metrics/curve';
import { Plot } from '../../metrics/plot';
import { ProblemCallout } from '../../modal/problem';
import { Epochs } from '../../resource/epochs';
import { CurveReader } from './curve-reader';
import { ICurve } from './curves';

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
  const [reader, setReader] = React.useState<CurveReader | null>(null);
  React.useEffect(() => {
    const made = new CurveReader(next =>
      api.of(LaunchRoutes).metrics(launch.id, next)
    );
    setReader(made);
    return () => made.dispose();
  }, [launch.id]);
  useChanges(reader?.changed);
  const curves = reader?.curves ?? [];
  const created =
    launch.steps.find(({ id }) => id === CREATE)?.state === 'done';
  const answer = useAnswer(created ? `${launch.id} ${launch.rev}` : null, () =>
    api.of(LaunchRoutes).training(launch.id)
  );
  // What was known stays until more is.
  const last = React.useRef<ITrainingProgress | null>(null);
  last.current = answer.value ?? last.current;
  const progress = last.current;
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
      {launch.fine_tune && (
        <Epochs
          place={launch.fine_tune}
          job={progress && trainsNow(progress) ? launch.fine_tune.job : null}
          smext={smext}
        />
      )}
      {curves.length > 0 && (
        <section
          className="jp-smext-curves"
          aria-label={trans.__('Metrics of the job')}
        >
          {curves.map(curve => (
            <Reported key={curve.name} curve={curve} smext={smext} />
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
      {reader?.problems.map((problem, index) => (
        <ProblemCallout key={index} problem={problem} trans={trans} folded />
      ))}
      {created && launch.fine_tune && (
        <LogView
          key={launch.id}
          smext={smext}
          place={{
            connection: launch.fine_tune.connection,
            region: launch.fine_tune.region,
            kind: 'training-job',
            id: launch.fine_tune.job
          }}
          compact
        />
      )}
    </>
  );
}

/** Whether its program runs. */
function trainsNow({ phases }: ITrainingProgress): boolean {
  const last = phases[phases.length - 1];
  return last?.status === 'Training' && last.ended === null;
}

/**
 * A metric over the values that the job reported of it.
 */
const Reported = React.memo(
  (props: { curve: ICurve; smext: ISmext }): React.ReactElement => {
    const { name, values, step } = props.curve;
    const curve = React.useMemo(
      () => ({ x: values.map((_, index) => index * step + 1), y: values }),
      [values, step]
    );
    return (
      <Plot name={name} curve={curve} places="count" smext={props.smext} />
    );
  }
);

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
