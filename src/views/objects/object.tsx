import * as React from 'react';

import { ObjectRoutes } from '../../api/objects';
import { decimal } from '../../components/amount';
import { CopyButton } from '../../components/copy-button';
import { Facts } from '../../components/facts';
import { openIcon } from '../../components/icons';
import { exactTime } from '../../components/time';
import { IS3Object } from '../../protocol';
import { LOCAL } from '../../store';
import { ISmext } from '../../tokens';
import { ProblemCallout } from '../modal/problem';
import { Preview } from './preview';
import { S3Model } from './s3-model';
import { s3ConsoleUrl, stepsTo } from './uri';

/**
 * The object that is looked at: what it holds, and what S3 says of it.
 */
export function ChosenObject(props: {
  model: S3Model;
  uri: string;
  smext: ISmext;
}): React.ReactElement {
  const { model, uri, smext } = props;
  const { trans, api, store } = smext;
  const { connection, region } = model.place;
  const { object, problem } = model;
  // What could not be previewed for what it is can be downloaded all the same.
  const refused = problem ?? object?.problem;
  const console =
    connection === LOCAL
      ? null
      : s3ConsoleUrl(
          uri,
          region,
          store.connectionOf(connection)?.console ?? ''
        );
  return (
    <section className="jp-smext-s3-object" aria-label={uri}>
      <div className="jp-smext-line">
        <h2 className="jp-smext-h2 jp-smext-grow jp-smext-ellipsis" title={uri}>
          <bdi>{stepsTo(uri).pop()?.name}</bdi>
        </h2>
        <CopyButton
          text={uri}
          label={trans.__('Copy the S3 URI')}
          trans={trans}
        />
        {console && (
          <>
            <CopyButton
              text={console}
              label={trans.__('Copy the address in the AWS console')}
              trans={trans}
            />
            <a
              className="jp-smext-iconbtn"
              href={console}
              target="_blank"
              rel="noopener noreferrer"
              aria-label={trans.__('Open in AWS console')}
              title={trans.__('Open in AWS console')}
            >
              <openIcon.react tag="span" className="jp-smext-icon" />
            </a>
          </>
        )}
        <a
          className="jp-smext-btn"
          {...(refused
            ? { 'aria-disabled': true, title: refused.title }
            : {
                href: api.of(ObjectRoutes).url(connection, region, uri),
                download: ''
              })}
        >
          {trans.__('Download')}
        </a>
      </div>
      {problem ? (
        <ProblemCallout
          problem={problem}
          trans={trans}
          onAgain={() => void model.look(uri)}
        />
      ) : object ? (
        <Known object={object} model={model} smext={smext} />
      ) : (
        <p role="status" className="jp-smext-muted">
          {trans.__('Reading…')}
        </p>
      )}
    </section>
  );
}

function Known(props: {
  object: IS3Object;
  model: S3Model;
  smext: ISmext;
}): React.ReactElement {
  const { object, model, smext } = props;
  const { trans } = smext;
  const { preview, problem } = object;
  return (
    <>
      <p className="jp-smext-muted">
        {[
          decimal(object.size, trans),
          object.content_type,
          object.modified === null ? '' : exactTime(object.modified)
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {problem && (
        <ProblemCallout
          problem={problem}
          trans={trans}
          onAgain={() => void model.look(object.uri)}
        />
      )}
      {preview && (
        <Preview
          key={object.uri}
          object={object}
          preview={preview}
          place={model.place}
          smext={smext}
        />
      )}
      <details className="jp-smext-said">
        <summary>{trans.__('What S3 says of it')}</summary>
        <Facts
          facts={[
            [trans.__('URI'), object.uri],
            [trans.__('Size'), trans._n('%1 byte', '%1 bytes', object.size)],
            [trans.__('Storage class'), object.storage],
            [trans.__('ETag'), object.etag],
            [trans.__('Version'), object.version],
            [trans.__('Encryption'), object.encryption],
            [trans.__('KMS key'), object.kms_key],
            ...Object.entries(object.metadata).map(
              ([name, value]) => [`x-amz-meta-${name}`, value] as const
            )
          ]}
        />
      </details>
    </>
  );
}
