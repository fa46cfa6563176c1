import { Poll } from '@lumino/polling';
import * as React from 'react';

import { Api, ApiError } from '../../api';
import { MonitoringRoutes } from '../../api/monitoring';
import { IMetrics, IProblem } from '../../protocol';
import { IResourceId } from '../../tokens';

/** Milliseconds between tries of what could not be read, at most. */
const SLOWEST = 120_000;

/**
 * From when to when, epoch seconds; null for the resource's own time, and for now.
 */
export interface IRange {
  readonly start: number | null;
  readonly end: number | null;
}

/**
 * Metrics as they were read last, and why there are no newer ones.
 */
export interface IReading {
  readonly metrics: IMetrics | null;
  readonly problem: IProblem | null;
  again(): void;
}

/**
 * The metrics of a resource, read now and, while they are live and may be seen, again and again.
 *
 * `range` is asked at each reading, so that it can end now; another `key` is another question.
 */
export function useMetrics(
  api: Api,
  of: IResourceId | null,
  key: string,
  range: () => IRange,
  visible: boolean
): IReading {
  const [state, setState] = React.useState<{
    key: string;
    metrics: IMetrics | null;
    problem: IProblem | null;
  }>({ key: '', metrics: null, problem: null });
  const full = of && JSON.stringify([of, key]);
  const seen = React.useRef(visible);
  seen.current = visible;
  const poll = React.useRef<Poll | null>(null);
  React.useEffect(() => {
    if (of === null || full === null) {
      return;
    }
    const made: Poll = new Poll({
      name: 'jupyter_smext:metrics',
      auto: false,
      frequency: { interval: 5000, backoff: true, max: SLOWEST },
      standby: () => !seen.current || 'when-hidden',
      factory: async () => {
        try {
          const metrics = await api.of(MonitoringRoutes).metrics(of, range());
          if (!made.isDisposed) {
            made.frequency = {
              ...made.frequency,
              interval: metrics.live ? 1000 * metrics.every : Poll.NEVER
            };
            setState({ key: full, metrics, problem: null });
          }
        } catch (error) {
          if (error instanceof ApiError && !made.isDisposed) {
            const { problem } = error;
            setState(before => ({
              key: full,
              metrics: before.key === full ? before.metrics : null,
              problem
            }));
          }
          // Rejected, the poll backs off.
          throw error;
        }
      }
    });
    poll.current = made;
    return () => {
      made.dispose();
      poll.current = null;
    };
  }, [api, full]);
  const again = React.useCallback(() => void poll.current?.refresh(), []);
  const read = state.key === full ? state : null;
  const live = read?.metrics?.live ?? true;
  React.useEffect(() => {
    // What was not read while it was hidden is read as soon as it is seen.
    if (visible && live) {
      again();
    }
  }, [visible, full]);
  return {
    metrics: read?.metrics ?? null,
    problem: read?.problem ?? null,
    again
  };
}
