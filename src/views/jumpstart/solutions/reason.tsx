import * as React from 'react';

/**
 * What AWS says of a state, in some lines; all of it under the pointer.
 */
export function Reason(props: { text: string }): React.ReactElement {
  const { text } = props;
  return (
    <span className="jp-smext-stack-reason" title={text}>
      {text}
    </span>
  );
}
