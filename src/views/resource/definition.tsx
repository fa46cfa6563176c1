import { Clipboard } from '@jupyterlab/apputils';
import * as React from 'react';

import { copyIcon } from '../../components/icons';
import { JsonLink, JsonTree } from '../../components/json-tree';
import { IViewProps } from '../../tokens';
import { s3UriIn } from '../objects/uri';

/**
 * All that AWS says of a resource.
 */
export function Definition(props: IViewProps): React.ReactElement {
  const { resource, smext, connection, region } = props;
  const { trans } = smext;
  const [copied, setCopied] = React.useState(false);
  const text = JSON.stringify(resource.definition, null, 2);
  const link: JsonLink = (value, member) => {
    const uri = s3UriIn(value);
    if (uri !== null) {
      return () => smext.openS3({ connection, region }, uri);
    }
    const found = resource.related.find(
      one =>
        one.texts.includes(value) &&
        // A name is one where its member says so, an ARN anywhere.
        (value.startsWith('arn:') || member === one.role)
    );
    return found
      ? () =>
          smext.openResource({
            connection,
            region,
            kind: found.kind,
            id: found.id
          })
      : null;
  };
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
      <JsonTree value={resource.definition} trans={trans} link={link} />
    </div>
  );
}

export default Definition;
