import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { problemOf } from '../../api';
import { LinkButton } from '../../components/button';
import { IEndpointLatency, IProblem } from '../../protocol';
import { ProblemCallout } from '../modal/problem';
import { IWindow } from './bench';
import { milliseconds } from './milliseconds';

/** Milliseconds before CloudWatch is asked: it is told of a call some minutes late. */
const PAUSES = [3000, 10_000, 20_000, 30_000, 60_000, 60_000];

/** From so many calls on it is asked by itself. */
const MANY = 10;

/**
 * How much of the calls' median was the model's, as far as CloudWatch knows it.
 */
export function ModelShare(props: {
  window: IWindow;
  count: number;
  /** The median of the calls, in milliseconds. */
  p50: number;
  ask: (window: IWindow) => Promise<IEndpointLatency>;
  trans: TranslationBundle;
}): React.ReactElement {
  const { window: when, count, p50, ask, trans } = props;
  const [asking, setAsking] = React.useState(count >= MANY);
  const [found, setFound] = React.useState<IEndpointLatency | null>(null);
  const [problem, setProblem] = React.useState<IProblem | null>(null);
  React.useEffect(() => {
    setFound(null);
    setProblem(null);
    setAsking(count >= MANY);
  }, [when]);
  React.useEffect(() => {
    if (!asking) {
      return;
    }
    let timer: number | undefined;
    let wanted = true;
    const next = (tries: number) => {
      timer = window.setTimeout(async () => {
        let known: IEndpointLatency | null = null;
        let why: IProblem | null = null;
        try {
          known = await ask(when);
        } catch (error) {
          why = problemOf(error);
        }
        if (!wanted) {
          return;
        }
        if (
          why ||
          typeof known?.model === 'number' ||
          tries + 1 === PAUSES.length
        ) {
          setFound(known);
          setProblem(why);
          setAsking(false);
        } else {
          next(tries + 1);
        }
      }, PAUSES[tries]);
    };
    next(0);
    return () => {
      wanted = false;
      window.clearTimeout(timer);
    };
  }, [asking, when]);

  const again = () => {
    setProblem(null);
    setAsking(true);
  };
  if (problem) {
    return (
      <ProblemCallout problem={problem} trans={trans} folded onAgain={again} />
    );
  }
  if (asking) {
    return (
      <p className="jp-smext-muted">
        {trans.__(
          'How much of it is the model? CloudWatch knows some minutes after the calls…'
        )}
      </p>
    );
  }
  if (!found || found.model === null) {
    return (
      <p className="jp-smext-muted">
        {found && trans.__('CloudWatch has nothing of these calls yet.')}{' '}
        <LinkButton
          label={
            found ? trans.__('Ask again') : trans.__('How much is the model?')
          }
          onClick={again}
        />
      </p>
    );
  }
  const model = 1000 * found.model;
  const others = (found.calls ?? 0) > count;
  return (
    <p className="jp-smext-muted" role="status">
      {trans.__(
        'Of the p50, %1 ms is the model (ModelLatency) and %2 ms is the way there and back, %3 ms of it SageMaker (OverheadLatency).',
        milliseconds(model),
        milliseconds(Math.max(0, p50 - model)),
        milliseconds(1000 * (found.overhead ?? 0))
      )}{' '}
      {others &&
        trans.__(
          'CloudWatch counts by the minute: these are medians of %1 calls, others among them.',
          found.calls
        )}
    </p>
  );
}
