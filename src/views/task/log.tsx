import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { useChanges } from '../../hooks';
import { ILogPage } from '../../protocol';
import { ProblemCallout } from '../modal/problem';
import { LogReader } from './log-reader';

/**
 * The log of a task's job as it is written, from where somebody scrolled to; `read` is asked from
 * the first drawing on.
 */
export function TaskLog(props: {
  read: (next: string | null) => Promise<ILogPage>;
  trans: TranslationBundle;
}): React.ReactElement {
  const { read, trans } = props;
  const [reader, setReader] = React.useState<LogReader | null>(null);
  React.useEffect(() => {
    const made = new LogReader(read);
    setReader(made);
    return () => made.dispose();
  }, []);
  useChanges(reader?.changed);
  const box = React.useRef<HTMLPreElement>(null);
  const follows = React.useRef(true);
  const lines = reader?.lines ?? [];
  React.useLayoutEffect(() => {
    if (follows.current && box.current) {
      box.current.scrollTop = box.current.scrollHeight;
    }
  }, [lines]);
  return (
    <section className="jp-smext-log" aria-label={trans.__('Log')}>
      {reader?.problem && (
        <ProblemCallout problem={reader.problem} trans={trans} folded />
      )}
      <pre
        ref={box}
        role="log"
        aria-label={trans.__('Log of the job')}
        tabIndex={0}
        onScroll={event => {
          const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
          follows.current = scrollHeight - scrollTop - clientHeight < 24;
        }}
      >
        {reader && reader.left > 0 && (
          <span className="jp-smext-muted">
            {trans.__('%1 earlier lines are in CloudWatch Logs', reader.left)}
            {'\n'}
          </span>
        )}
        {lines.length ? (
          lines.join('\n')
        ) : (
          <span className="jp-smext-muted">
            {reader?.ended
              ? trans.__('The job wrote no log.')
              : trans.__('The log begins with the training job.')}
          </span>
        )}
      </pre>
    </section>
  );
}
