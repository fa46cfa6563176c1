import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { MonitoringRoutes } from '../../api/monitoring';
import { duration, took } from '../../components/time';
import { useNow } from '../../hooks';
import { ITrainingEpochs } from '../../protocol';
import { IPlace, ISmext } from '../../tokens';
import { useAnswer } from '../answer';

import '../../../style/epochs.css';

/** Seconds between two questions how far a job is. */
const AGAIN = 5;

/**
 * How far a training job is that trains now, where its log tells of epochs; nothing where not.
 */
export function Epochs(props: {
  place: IPlace;
  /** The job's name; null while it does not train, or nobody may look. */
  job: string | null;
  smext: ISmext;
}): React.ReactElement | null {
  const { place, job, smext } = props;
  const { api, trans } = smext;
  const now = useNow();
  const answer = useAnswer(
    job && JSON.stringify([job, Math.floor(now / AGAIN)]),
    () => api.of(MonitoringRoutes).epochs(place, job!)
  );
  // What was known stays until more is: a log that cannot be read says so itself.
  const [last, setLast] = React.useState<{
    job: string | null;
    value: ITrainingEpochs | null;
  }>({ job: null, value: null });
  React.useEffect(() => {
    if (answer.value) {
      setLast({ job, value: answer.value });
    }
  }, [answer.value, job]);
  const value = last.job === job ? last.value : null;
  if (!job || value?.epoch === null || !value?.of) {
    return null;
  }
  const words = epochWords(value, now, trans);
  return (
    <div className="jp-smext-epochs">
      <div
        className="jp-smext-progress"
        role="progressbar"
        aria-label={trans.__('Epochs')}
        aria-valuemin={0}
        aria-valuemax={value.of}
        aria-valuenow={value.done ?? undefined}
        aria-valuetext={words}
      >
        <i style={{ width: `${(100 * (value.done ?? 0)) / value.of}%` }} />
      </div>
      <span
        className="jp-smext-num jp-smext-muted"
        title={
          value.pace === null
            ? undefined
            : trans.__(
                'An estimate: an epoch took %1 on average by the log',
                took(value.pace, trans)
              )
        }
      >
        {words}
      </span>
    </div>
  );
}

/**
 * `Epoch 6 of 10 · about 26 min left`; what is left only where it was measured, and is not over.
 */
export function epochWords(
  { epoch, of, ends }: ITrainingEpochs,
  now: number,
  trans: TranslationBundle
): string {
  const words = trans.__('Epoch %1 of %2', epoch, of);
  return ends === null || ends <= now
    ? words
    : `${words} · ${trans.__('about %1 left', duration(ends - now, trans))}`;
}
