import * as React from 'react';

import { LinkButton } from '../../components/button';
import { CopyButton } from '../../components/copy-button';
import { IPlace, ISmext } from '../../tokens';
import { splitUri } from './uri';

import '../../../style/objects.css';

/**
 * The URI of something in S3, which opens there; what is no such URI is a text.
 */
export function S3Link(props: {
  smext: ISmext;
  place: IPlace;
  uri: string;
  /** What stands for the URI. */
  label?: string;
}): React.ReactElement {
  const { smext, place, uri, label } = props;
  if (!splitUri(uri)) {
    return <bdi>{uri}</bdi>;
  }
  return (
    <span className="jp-smext-s3-link">
      <LinkButton
        label={label ?? uri}
        title={uri}
        onClick={() => smext.openS3(place, uri)}
      />
      <CopyButton
        text={uri}
        label={smext.trans.__('Copy the S3 URI')}
        trans={smext.trans}
      />
    </span>
  );
}
