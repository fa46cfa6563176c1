import { ReadonlyJSONObject } from '@lumino/coreutils';
import * as React from 'react';

import { MonitoringRoutes } from '../../api/monitoring';
import { LinkButton } from '../../components/button';
import { warningIcon } from '../../components/icons';
import {
  IFailure,
  IFailureCause,
  IFailureEvidence,
  IFailureFix,
  IResource
} from '../../protocol';
import { whyNothing } from '../../store';
import { IViewProps } from '../../tokens';
import { useAnswer } from '../answer';
import { logPlace } from '../log/place';
import { ProblemCallout } from '../modal/problem';

import '../../../style/failure.css';

/**
 * Whether a resource may have failed, by what is known of it: the server is then asked why.
 */
export function mayHaveFailed({ row, definition }: IResource): boolean {
  return (
    row.tone === 'bad' ||
    Object.keys(definition).some(
      name => /FailureReason$|FailureMessage$/.test(name) && definition[name]
    ) ||
    /Exceeded$/.test(String(definition.SecondaryStatus ?? ''))
  );
}

/**
 * Why a resource failed: the likeliest cause, the lines that tell of it, what to retry it with, and
 * what AWS said. Nothing for one that did not.
 */
export function FailureCallout(props: IViewProps): React.ReactElement | null {
  const { resource, smext, connection, region, kind, id, visible } = props;
  const { trans } = smext;
  const asked = React.useRef(false);
  asked.current ||= visible;
  const failed = mayHaveFailed(resource);
  const { value, problem } = useAnswer(
    failed && asked.current
      ? `${kind} ${id} ${resource.row.status} ${resource.row.modified}`
      : null,
    () =>
      smext.api.of(MonitoringRoutes).failure({ connection, region, kind, id })
  );
  if (!failed || value?.failed === false) {
    return null;
  }
  if (value === null) {
    return problem ? (
      <ProblemCallout problem={problem} trans={trans} folded />
    ) : (
      <p className="jp-smext-muted" role="status">
        {trans.__('Looking for the cause in what AWS says and in the log…')}
      </p>
    );
  }
  const [first, ...others] = value.causes;
  return (
    <section
      className="jp-smext-failure"
      aria-label={trans.__('Why it failed')}
    >
      <div className="jp-smext-callout" data-tone="bad" role="alert">
        <warningIcon.react tag="span" className="jp-smext-icon" />
        <div>
          {first ? (
            <CauseTold {...props} cause={first} />
          ) : (
            <>
              <h2>{trans.__('It failed')}</h2>
              <p>{trans.__('No known cause fits what AWS and the log say.')}</p>
            </>
          )}
          <WhatAwsSaid failure={value} {...props} />
          {others.length > 0 && (
            <details>
              <summary>
                {trans._n(
                  'Another possible cause',
                  '%1 other possible causes',
                  others.length
                )}
              </summary>
              {others.map(cause => (
                <CauseTold key={cause.id} {...props} cause={cause} further />
              ))}
            </details>
          )}
          {value.problem && (
            <p className="jp-smext-muted">
              {trans.__('The log was not looked at: %1', value.problem.title)}
            </p>
          )}
        </div>
      </div>
    </section>
  );
}

function CauseTold(
  props: IViewProps & { cause: IFailureCause; further?: boolean }
): React.ReactElement {
  const { cause, further, smext } = props;
  const { trans } = smext;
  const Title = further ? 'h3' : 'h2';
  // What AWS says of the resource itself stands below, whole.
  const lines = cause.evidence.filter(
    ({ where, label }) => where === 'log' || label
  );
  return (
    <>
      <Title>{cause.title}</Title>
      {cause.detail && <p>{cause.detail}</p>}
      {lines.map((line, index) => (
        <Evidence key={index} {...props} line={line} />
      ))}
      {cause.fixes.length > 0 && (
        <ul className="jp-smext-fixes" aria-label={trans.__('What to do')}>
          {cause.fixes.map((fix, index) => (
            <Fix key={index} {...props} fix={fix} accept={!further && !index} />
          ))}
        </ul>
      )}
      <p className="jp-smext-muted">
        {trans.__('Written down at')}{' '}
        {cause.sources.map((url, index) => (
          <React.Fragment key={url}>
            {index > 0 && ' · '}
            <Outside url={url} label={nameOf(url)} />
          </React.Fragment>
        ))}
      </p>
    </>
  );
}

/** A line of the log, and the way to it. */
function Evidence(
  props: IViewProps & { line: IFailureEvidence }
): React.ReactElement {
  const { line, smext } = props;
  const { trans } = smext;
  const { stream, line: number } = line;
  return (
    <p>
      <code className="jp-smext-failure-line" title={line.text}>
        {line.text}
      </code>
      {stream === null ? (
        <span className="jp-smext-muted">{line.label}</span>
      ) : (
        <LinkButton
          label={
            number === null
              ? trans.__('Log of %1', line.label)
              : trans.__('Log line %1', (number + 1).toLocaleString())
          }
          title={line.label}
          onClick={() =>
            smext.openResource(props, 'logs', logPlace(stream, number))
          }
        />
      )}
    </p>
  );
}

function Fix(
  props: IViewProps & { fix: IFailureFix; accept: boolean }
): React.ReactElement {
  const { fix, accept, smext, connection, region, kind, id } = props;
  const { store, trans } = smext;
  const { changes, url } = fix;
  const off = whyNothing(store.connectionOf(connection), null, trans);
  // A button says what it does; what it is done for stands beside it.
  const retries = changes !== null && Object.keys(changes).length > 0;
  return (
    <li className="jp-smext-fix">
      <span>
        {!retries && <b>{fix.label}</b>}{' '}
        <span className={retries ? undefined : 'jp-smext-muted'}>
          {fix.detail}
        </span>
      </span>
      {changes !== null ? (
        <button
          type="button"
          className={`jp-smext-btn${accept ? ' jp-mod-accept' : ''}`}
          aria-disabled={off !== null || undefined}
          title={off ?? undefined}
          onClick={() => {
            if (off === null) {
              smext.create({
                connection,
                region,
                kind,
                clone: { connection, region, kind, id },
                changes: changes as ReadonlyJSONObject
              });
            }
          }}
        >
          {retries ? fix.label : trans.__('Clone…')}
        </button>
      ) : (
        url && <Outside url={url} label={trans.__('How')} />
      )}
    </li>
  );
}

/** All that AWS said, as it said it. */
function WhatAwsSaid(
  props: IViewProps & { failure: IFailure }
): React.ReactElement | null {
  const { failure, smext } = props;
  const { trans } = smext;
  if (!failure.reason) {
    return (
      <p className="jp-smext-muted">
        {trans.__('AWS gives no reason for it.')}
      </p>
    );
  }
  return (
    <details open>
      <summary>{trans.__('What AWS said')}</summary>
      <pre
        className="jp-smext-failure-reason"
        // Longer ones are scrolled, by keyboard too.
        tabIndex={0}
      >
        {failure.reason}
      </pre>
    </details>
  );
}

/** A page of others, in a tab of its own. */
function Outside(props: { url: string; label: string }): React.ReactElement {
  const { url, label } = props;
  return url.startsWith('https://') ? (
    <a
      className="jp-smext-link"
      href={url}
      target="_blank"
      rel="noopener noreferrer"
      title={url}
    >
      {label}
    </a>
  ) : (
    <>{label}</>
  );
}

function nameOf(url: string): string {
  try {
    return new URL(url).hostname;
  } catch {
    return url;
  }
}

export default FailureCallout;
