import * as React from 'react';

import { LinkButton } from '../../components/button';
import {
  chipIcon,
  lockIcon,
  plugIcon,
  starIcon,
  warningIcon
} from '../../components/icons';
import { IOption, Picker } from '../../components/picker';
import { copyText, showProblem, WithCode } from '../../components/problem';
import { clockTime, duration } from '../../components/time';
import { useNow } from '../../hooks';
import { IProblem } from '../../protocol';
import { IInventoryView, LOCAL } from '../../store';
import { usePanel } from './context';
import { sentences } from './notes';

/**
 * Nothing is chosen yet: where should it run?
 */
export function FirstRun(): React.ReactElement {
  const { store, trans } = usePanel();
  const { connections } = store;
  const problem = store.view.problem;
  const found = (connections ?? []).filter(one => one.id !== LOCAL);
  const options: IOption[] = found.map(one => ({
    id: one.id,
    label: one.label,
    hint: one.how
  }));
  if (problem) {
    return <Callout problem={problem} />;
  }
  return (
    <div className="jp-smext-empty">
      <div>
        <h3>{trans.__('Where should it run?')}</h3>
        <p>
          {trans.__('Nothing starts and nothing is billed until you choose.')}
        </p>
      </div>
      <div>
        <div className="jp-smext-choice">
          <chipIcon.react tag="span" className="jp-smext-icon" />
          <p className="jp-smext-strong">{trans.__('On this machine')}</p>
          <p className="jp-smext-muted">
            {trans.__(
              'The same API with real local processes. No account, no cost.'
            )}
          </p>
          <button
            type="button"
            className="jp-smext-btn jp-mod-accept"
            onClick={() => {
              store.setConnection(LOCAL);
              void store.startLocal();
            }}
          >
            {trans.__('Use the local engine')}
          </button>
        </div>
        <div className="jp-smext-choice">
          <plugIcon.react tag="span" className="jp-smext-icon" />
          <p className="jp-smext-strong">{trans.__('In your AWS account')}</p>
          <p className="jp-smext-muted">
            {connections === null
              ? trans.__('Looking for profiles…')
              : found.length
                ? trans._n(
                    '%1 way to sign in found on this machine.',
                    '%1 ways to sign in found on this machine.',
                    found.length
                  )
                : trans.__(
                    'No AWS profile found on this machine. Make one in a terminal; it shows here within half a minute:'
                  )}
          </p>
          {found.length > 0 ? (
            <div className="jp-smext-choice-pick">
              <Picker
                label={trans.__('Connect to AWS')}
                options={options}
                selected={[]}
                trans={trans}
                onPick={([connection]) => store.setConnection(connection)}
              >
                <span>{trans.__('Connect to AWS…')}</span>
              </Picker>
            </div>
          ) : (
            connections !== null && <Command text="aws configure sso" />
          )}
        </div>
        <div className="jp-smext-choice">
          <starIcon.react tag="span" className="jp-smext-icon" />
          <p className="jp-smext-strong">{trans.__('Just looking')}</p>
          <p className="jp-smext-muted">
            {trans.__(
              'Starts the local engine with a small true story: two training jobs, the better model on an endpoint, a notebook instance and a Studio space. Uses about 500 MB of memory.'
            )}
          </p>
          <button
            type="button"
            className="jp-smext-btn"
            onClick={() => void store.startDemo()}
          >
            {trans.__('Load the demo')}
          </button>
        </div>
      </div>
    </div>
  );
}

/**
 * What to type in a terminal, with a button that copies it.
 */
export function Command({ text }: { text: string }): React.ReactElement {
  const { trans } = usePanel();
  return (
    <p className="jp-smext-command">
      <code>{text}</code>{' '}
      <LinkButton
        label={trans.__('Copy')}
        onClick={() => copyText(text, trans.__('Copied %1', text))}
      />
    </p>
  );
}

/**
 * What stands in the way of the whole connection, what it means and what to do.
 */
export function Callout({
  problem
}: {
  problem: IProblem;
}): React.ReactElement {
  const { store, trans, refresh, copyPolicy } = usePanel();
  const now = useNow();
  const { view } = store;
  const readAt = view.readAt;
  const expired = view.regions[0]?.identity?.expires_at ?? null;
  const own = problem.status === 0;
  let title = problem.title;
  let text = sentences(problem.detail, problem.next);
  let tone = 'bad';
  let Icon = warningIcon;
  const actions: React.ReactElement[] = [
    <LinkButton key="again" label={trans.__('Try again')} onClick={refresh} />
  ];
  switch (problem.cause) {
    case 'signed_out':
      Icon = lockIcon;
      title =
        expired !== null && expired <= now
          ? trans.__('Sign-in expired at %1', clockTime(expired, now))
          : problem.title;
      text =
        view.running.length && view.connection !== LOCAL
          ? trans.__(
              'What runs goes on running and is billed. Sign in to see and stop it.'
            )
          : sentences(problem.next);
      break;
    case 'offline':
      tone = 'unknown';
      title =
        own || view.connection === LOCAL
          ? problem.title
          : readAt === null
            ? trans.__('No answer from AWS')
            : trans.__('No answer from AWS since %1', clockTime(readAt, now));
      text = sentences(
        own ? problem.next : '',
        nextTry(view, problem, now)
          ? trans.__(
              'Trying again in %1.',
              duration(nextTry(view, problem, now)!, trans)
            )
          : trans.__('Trying again soon.'),
        readAt === null ? '' : trans.__('Nothing below is newer.')
      );
      if (view.connection !== LOCAL && !own) {
        actions.push(
          <LinkButton
            key="local"
            label={trans.__('Use the local engine')}
            onClick={() => {
              store.setConnection(LOCAL);
              void store.startLocal();
            }}
          />
        );
      }
      break;
    case 'denied':
      Icon = lockIcon;
      actions.unshift(
        <LinkButton
          key="policy"
          label={trans.__('Copy policy')}
          onClick={() => copyPolicy('panel')}
        />
      );
      break;
    case 'throttled':
      tone = 'unknown';
      break;
    default:
      break;
  }
  if (problem.detail || problem.code) {
    actions.push(
      <LinkButton
        key="details"
        label={trans.__('Details')}
        onClick={() => void showProblem(problem, trans)}
      />
    );
  }
  return (
    <div
      className="jp-smext-callout jp-smext-banner"
      data-tone={tone}
      role={tone === 'bad' ? 'alert' : 'status'}
    >
      <Icon.react tag="span" className="jp-smext-icon" />
      <div>
        <p className="jp-smext-strong">{title}</p>
        {text && (
          <p>
            <WithCode text={text} names={[problem.permission]} />
          </p>
        )}
        {problem.command && (
          <>
            <p className="jp-smext-muted">{trans.__('In a terminal:')}</p>
            <Command text={problem.command} />
          </>
        )}
        <div className="jp-smext-line">{actions}</div>
      </div>
    </div>
  );
}

function nextTry(
  view: IInventoryView,
  problem: IProblem,
  now: number
): number | null {
  const at =
    problem.retry_at ??
    view.regions.map(region => region.nextReadAt).find(one => one !== null) ??
    null;
  return at !== null && at > now ? at - now : null;
}

/**
 * The local engine is chosen and does not run: start it.
 */
export function EngineStopped(): React.ReactElement {
  const { store, trans } = usePanel();
  const engine = store.local;
  return (
    <div className="jp-smext-empty" role="status">
      <div>
        <h3>
          {engine?.starting
            ? trans.__('Starting the local engine…')
            : trans.__('The local engine is not running')}
        </h3>
        <p>
          {trans.__(
            'It answers as SageMaker does, from this machine, with real processes. What it made before is kept.'
          )}
        </p>
      </div>
      {engine?.starting ? (
        <div
          className="jp-smext-progress jp-mod-moving"
          role="progressbar"
          aria-label={trans.__('Starting the local engine')}
        >
          <i />
        </div>
      ) : (
        <button
          type="button"
          className="jp-smext-btn jp-mod-accept"
          onClick={() => void store.startLocal()}
        >
          {trans.__('Start the local engine')}
        </button>
      )}
      {engine?.problem && (
        <div className="jp-smext-callout" data-tone="bad" role="alert">
          <warningIcon.react tag="span" className="jp-smext-icon" />
          <div>
            <p className="jp-smext-strong">{engine.problem.title}</p>
            <p>{sentences(engine.problem.detail, engine.problem.next)}</p>
            {engine.problem.command && (
              <Command text={engine.problem.command} />
            )}
          </div>
        </div>
      )}
    </div>
  );
}

/**
 * Not one kind may be read: said once, instead of once for each.
 */
export function deniedEverywhere(view: IInventoryView): IProblem | null {
  const pages = view.regions.flatMap(region => [...region.pages.values()]);
  return pages.length > 0 &&
    pages.every(page => page.problem?.cause === 'denied' && !page.rows.length)
    ? pages[0].problem
    : null;
}
