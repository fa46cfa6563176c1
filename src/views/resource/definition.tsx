import { Clipboard } from '@jupyterlab/apputils';
import * as React from 'react';

import { copyIcon } from '../../components/icons';
import { IViewProps } from '../../tokens';

/**
 * All that AWS says of a resource.
 */
export function Definition(props: IViewProps): React.ReactElement {
  const { resource, smext } = props;
  const { trans } = smext;
  const [copied, setCopied] = React.useState(false);
  const text = JSON.stringify(resource.definition, null, 2);
  return (
    <div className="jp-smext-definition">
      <div className="jp-smext-line">
        <h2 className="jp-smext-h2 jp-smext-grow">
          {trans.__('What AWS says of it')}
        </h2>
        <span role="status" className="jp-smext-muted">
          {copied ? trans.__('Copied') : ''}
        </span>
        <button
          type="button"
          className="jp-smext-btn"
          onClick={() => {
            Clipboard.copyToSystem(text);
            setCopied(true);
          }}
        >
          <copyIcon.react tag="span" className="jp-smext-icon" />
          {trans.__('Copy JSON')}
        </button>
      </div>
      <Tree value={resource.definition} open />
    </div>
  );
}

/**
 * A JSON value: nested ones fold.
 */
function Tree(props: {
  value: unknown;
  name?: string;
  open?: boolean;
}): React.ReactElement {
  const { value, name, open } = props;
  const label =
    name === undefined ? null : (
      <span className="jp-smext-json-name">{name}</span>
    );
  if (typeof value !== 'object' || value === null) {
    return (
      <div className="jp-smext-json-leaf">
        {label}
        <span data-type={value === null ? 'null' : typeof value}>
          {JSON.stringify(value)}
        </span>
      </div>
    );
  }
  const members = Object.entries(value);
  const children = members.map(([key, member]) => (
    <Tree key={key} name={key} value={member} open={members.length < 30} />
  ));
  if (name === undefined) {
    return <div className="jp-smext-json">{children}</div>;
  }
  if (!members.length) {
    return (
      <div className="jp-smext-json-leaf">
        {label}
        <span>{Array.isArray(value) ? '[]' : '{}'}</span>
      </div>
    );
  }
  return (
    <details className="jp-smext-json-branch" open={open}>
      <summary>
        {label}
        <span className="jp-smext-muted">
          {Array.isArray(value) ? `[${members.length}]` : `{${members.length}}`}
        </span>
      </summary>
      {children}
    </details>
  );
}

export default Definition;
