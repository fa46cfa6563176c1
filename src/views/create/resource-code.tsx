import * as React from 'react';

import { CodeRoutes } from '../../api/code';
import { ICodeSample } from '../../protocol';
import { IViewProps } from '../../tokens';
import { useAnswer } from '../answer';
import { ProblemCallout } from '../modal/problem';
import { CodeBlock, Way, WayField } from './code-pane';

/**
 * What can be done with a resource, as code: see it, use it, create it again, end it.
 */
export default function ResourceCode(props: IViewProps): React.ReactElement {
  const { connection, region, kind, id, smext, place, onPlace } = props;
  const { api, trans } = smext;
  const [attempt, setAttempt] = React.useState(0);
  const { value, problem } = useAnswer<ICodeSample[]>(String(attempt), () =>
    api.of(CodeRoutes).resourceCode(connection, region, kind, id)
  );
  const way: Way = place === 'cli' ? 'cli' : 'boto3';
  if (problem) {
    return (
      <ProblemCallout
        problem={problem}
        trans={trans}
        onAgain={() => setAttempt(attempt + 1)}
      />
    );
  }
  if (!value) {
    return <p role="status">{trans.__('Writing the code…')}</p>;
  }
  return (
    <div className="jp-smext-code-samples">
      <WayField way={way} trans={trans} onChange={onPlace} />
      {value.map(sample => (
        <section key={sample.title} aria-label={sample.title}>
          <h2 className="jp-smext-h2">{sample.title}</h2>
          <CodeBlock
            code={sample}
            way={way}
            label={sample.title}
            trans={trans}
          />
        </section>
      ))}
    </div>
  );
}
