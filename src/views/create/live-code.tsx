import * as React from 'react';

import { CodeRoutes } from '../../api/code';
import { CreationRoutes } from '../../api/creations';
import { ICallCode, ICreationRequest } from '../../protocol';
import { ISmext } from '../../tokens';
import { useAnswer } from '../answer';
import { ProblemCallout } from '../modal/problem';
import { CodeBlock, Way, WayField } from './code-pane';

/** Milliseconds without a change until the code is written anew. */
const QUIET = 500;

/**
 * The code that does the same as a form that is filled in, as it is filled in.
 */
export function LiveCode(props: {
  request: ICreationRequest;
  smext: ISmext;
}): React.ReactElement {
  const { smext } = props;
  const { api, trans } = smext;
  const now = JSON.stringify(props.request);
  const [asked, ask] = React.useState(now);
  React.useEffect(() => {
    const timer = window.setTimeout(() => ask(now), QUIET);
    return () => window.clearTimeout(timer);
  }, [now]);
  const [way, setWay] = React.useState<Way>('boto3');
  const answer = useAnswer<ICallCode | number>(asked, async () => {
    const request: ICreationRequest = JSON.parse(asked);
    const { errors, problems, calls } = await api
      .of(CreationRoutes)
      .check(request);
    return errors.length || problems.length
      ? errors.length
      : api.of(CodeRoutes).callCode({ region: request.region, calls });
  });
  // What was there stays until the next is.
  const last = React.useRef<ICallCode | number | null>(null);
  last.current = answer.value ?? last.current;
  const shown = last.current;
  return (
    <aside className="jp-smext-create-code" aria-label={trans.__('Code')}>
      <WayField way={way} trans={trans} onChange={setWay} />
      {answer.problem ? (
        <ProblemCallout problem={answer.problem} trans={trans} />
      ) : shown === null ? (
        <p role="status">{trans.__('Writing the code…')}</p>
      ) : typeof shown === 'number' ? (
        <p className="jp-smext-muted">
          {shown
            ? trans._n(
                'The code is here once %1 field is right.',
                'The code is here once %1 fields are right.',
                shown
              )
            : trans.__('There is no code of what cannot be created.')}
        </p>
      ) : (
        <CodeBlock
          code={shown}
          way={way}
          label={trans.__('Code that creates the same')}
          trans={trans}
        />
      )}
    </aside>
  );
}
