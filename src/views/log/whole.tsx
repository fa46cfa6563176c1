import * as React from 'react';

import { LogRoutes } from '../../api/logs';
import { bytes } from '../../components/amount';
import { IconButton } from '../../components/button';
import { copyIcon, xIcon } from '../../components/icons';
import { copyText } from '../../components/problem';
import { ILogLine } from '../../protocol';
import { ISmext, IResourceId } from '../../tokens';
import { useAnswer } from '../answer';
import { ProblemCallout } from '../modal/problem';
import { fullTime } from './rows';
import { visible } from './text';

/** Characters that a page wraps in good time. */
const SHOWN = 100_000;

/**
 * All of one line, wrapped; of a very long one the beginning, and where the rest is.
 */
export function WholeLine(props: {
  place: IResourceId;
  stream: string;
  number: number;
  line: ILogLine | undefined;
  smext: ISmext;
  onClose: () => void;
}): React.ReactElement {
  const { place, stream, number, line, smext, onClose } = props;
  const { api, trans } = smext;
  const answer = useAnswer(
    line && !line.whole ? `${stream} ${number}` : null,
    () => api.of(LogRoutes).line(place, stream, number, SHOWN)
  );
  const text = line?.whole ? line.text : answer.value;
  const shown = visible(text ?? line?.text ?? '');
  const cut = line !== undefined && text !== null && shown.length >= SHOWN;
  return (
    <section
      className="jp-smext-log-whole"
      aria-label={trans.__('Line %1', number + 1)}
    >
      <div className="jp-smext-line">
        <b>{trans.__('Line %1', number + 1)}</b>
        <span className="jp-smext-grow jp-smext-ellipsis jp-smext-muted">
          {line && [fullTime(line.at), bytes(line.length, trans)].join(' · ')}
        </span>
        <IconButton
          icon={copyIcon}
          label={trans.__('Copy the line')}
          disabled={text === null}
          onClick={() => copyText(text!, trans.__('Line copied'))}
        />
        <IconButton
          icon={xIcon}
          label={trans.__('Close the line')}
          onClick={onClose}
        />
      </div>
      {answer.problem && (
        <ProblemCallout problem={answer.problem} trans={trans} folded />
      )}
      {cut && (
        <p className="jp-smext-muted">
          {trans.__('Only its beginning is shown.')}{' '}
          <a
            className="jp-smext-link"
            href={api.of(LogRoutes).url(place, stream, number)}
            download
          >
            {trans.__('Download the line')}
          </a>
        </p>
      )}
      <pre tabIndex={0} aria-label={trans.__('The whole line')}>
        {shown}
      </pre>
    </section>
  );
}
