import { Clipboard } from '@jupyterlab/apputils';
import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { dollars } from '../../components/amount';
import { LinkButton } from '../../components/button';
import { lockIcon } from '../../components/icons';
import { duration, exactTime } from '../../components/time';
import { useChanges, useNow } from '../../hooks';
import { ISmext } from '../../tokens';
import { ModalHead } from '../modal/frame';
import { ProblemCallout } from '../modal/problem';
import { asCommands } from './commands';
import { PlanCosts } from './costs';
import { ILocatedLeft, ILocatedStep, PlanSession } from './session';
import { Where } from './where';
import { midSentence, PlanWords } from './words';

/**
 * The question before anything happens: every victim in the order of running, and what is left alone.
 */
export function Proposal(props: {
  session: PlanSession;
  smext: ISmext;
  words: PlanWords;
  onCancel: () => void;
  onConfirm: () => void;
}): React.ReactElement {
  const { session, smext, words, onCancel, onConfirm } = props;
  const { trans } = smext;
  useChanges(session.changed);
  const cancel = React.useRef<HTMLButtonElement>(null);
  React.useEffect(() => cancel.current?.focus(), []);
  const { steps, left, unread, state, problem } = session;
  const ready = state === 'proposed' && steps.length > 0;
  const asking = ready || state === 'proposing';
  const costs = new PlanCosts(smext.store, session);
  const saves = ready ? costs.saves(steps, trans) : null;
  return (
    <>
      <ModalHead
        titleId="jp-smext-plan-title"
        title={words.question(session)}
        trans={trans}
        onClose={onCancel}
      >
        <p id="jp-smext-plan-where">
          <Where session={session} smext={smext} />{' '}
          {ready && words.size(session)}
          {saves && (
            <>
              {' '}
              {trans.__('Saves')} <b>{saves.words}</b>{' '}
              {trans.__('of %1.', saves.of)}
            </>
          )}
        </p>
      </ModalHead>
      <div className="jp-smext-modal-body">
        {state === 'proposing' && (
          <p role="status" className="jp-smext-modal-wait">
            {trans.__('Reading what this is about…')}
          </p>
        )}
        {problem && (
          <ProblemCallout
            problem={problem}
            trans={trans}
            onAgain={() => void session.propose()}
          />
        )}
        {unread.map((one, index) => (
          <ProblemCallout key={index} problem={one} trans={trans} folded />
        ))}
        {(steps.length > 0 || left.length > 0) && (
          <Table session={session} costs={costs} trans={trans} words={words} />
        )}
        {state === 'proposed' && !steps.length && !left.length && (
          <p>{trans.__('None of this runs now.')}</p>
        )}
      </div>
      <div className="jp-smext-modal-foot">
        {ready && <CopyCommands session={session} trans={trans} />}
        <button
          ref={cancel}
          type="button"
          className="jp-smext-btn jp-mod-reject jp-mod-large"
          onClick={onCancel}
        >
          {asking ? trans.__('Cancel') : trans.__('Close')}
        </button>
        {asking && (
          <button
            type="button"
            className="jp-smext-btn jp-mod-warn jp-mod-large"
            aria-disabled={!ready || undefined}
            onClick={ready ? onConfirm : undefined}
          >
            {words.action(session)}
          </button>
        )}
      </div>
    </>
  );
}

/**
 * For those who would rather run it in a terminal.
 */
function CopyCommands(props: {
  session: PlanSession;
  trans: TranslationBundle;
}): React.ReactElement {
  const { session, trans } = props;
  const [copied, setCopied] = React.useState(false);
  return (
    <span className="jp-smext-modal-aside">
      <LinkButton
        label={trans.__('Copy as commands')}
        onClick={() => {
          Clipboard.copyToSystem(session.plans.map(asCommands).join('\n'));
          setCopied(true);
        }}
      />{' '}
      <span role="status" className="jp-smext-muted">
        {copied ? trans.__('Copied') : ''}
      </span>
    </span>
  );
}

function Table(props: {
  session: PlanSession;
  costs: PlanCosts;
  trans: TranslationBundle;
  words: PlanWords;
}): React.ReactElement {
  const { session, costs, trans, words } = props;
  const { steps, left } = session;
  const regions = new Set(session.plans.map(plan => plan.region));
  const now = useNow();
  return (
    <table
      className="jp-smext-table jp-smext-plan-table"
      aria-label={trans.__('Steps in the order they run')}
    >
      <thead>
        <tr>
          <th className="jp-smext-num jp-smext-plan-number">#</th>
          <th>{trans.__('What')}</th>
          <th className="jp-smext-plan-how">{trans.__('How')}</th>
          <th className="jp-smext-num jp-smext-plan-age">{trans.__('Age')}</th>
          {costs.shown && (
            <th className="jp-smext-num jp-smext-plan-price">
              {trans.__('$/h')}
            </th>
          )}
        </tr>
      </thead>
      {steps.length > 0 && (
        <tbody>
          <tr className="jp-smext-plan-group">
            <th colSpan={costs.shown ? 3 : 4} scope="rowgroup">
              {words.victims(session)}
            </th>
            <Sum
              costs={costs}
              of={steps}
              words={sum => trans.__('Saves %1', sum)}
            />
          </tr>
          {steps.map((step, index) => (
            <Victim
              key={`${step.region}/${step.operation}/${step.kind}/${step.id}`}
              step={step}
              number={index + 1}
              region={regions.size > 1 ? step.region : null}
              costs={costs}
              now={now}
              trans={trans}
            />
          ))}
          <tr>
            <td className="jp-smext-num">{steps.length + 1}</td>
            <td>{trans.__('Check that nothing of the above is left')}</td>
            <td>{trans.__('List again')}</td>
            <td />
            {costs.shown && <td />}
          </tr>
        </tbody>
      )}
      {left.length > 0 && (
        <tbody>
          <tr className="jp-smext-plan-group">
            <th colSpan={costs.shown ? 3 : 4} scope="rowgroup">
              {trans.__('Left running: %1', left.length)}
            </th>
            <Sum
              costs={costs}
              of={left}
              words={sum => trans.__('Still costs %1', sum)}
            />
          </tr>
          {left.map(one => (
            <Spared
              key={`${one.region}/${one.kind}/${one.id}`}
              left={one}
              costs={costs}
              now={now}
              trans={trans}
            />
          ))}
        </tbody>
      )}
    </table>
  );
}

/** What a group costs together, at the end of its line; more than that while one has no price. */
function Sum(props: {
  costs: PlanCosts;
  of: ReadonlyArray<ILocatedStep | ILocatedLeft>;
  words: (sum: string) => string;
}): React.ReactElement | null {
  const { costs, of, words } = props;
  if (!costs.shown) {
    return null;
  }
  const sum = costs.sum(of);
  const price = sum?.price ?? null;
  return (
    <td colSpan={2} className="jp-smext-num jp-smext-strong">
      {sum && price !== null
        ? words(`${sum.complete ? '' : '≥ '}${dollars(price)}`)
        : ''}
    </td>
  );
}

function Victim(props: {
  step: ILocatedStep;
  number: number;
  region: string | null;
  costs: PlanCosts;
  now: number;
  trans: TranslationBundle;
}): React.ReactElement {
  const { step, number, region, costs, now, trans } = props;
  return (
    <tr>
      <td className="jp-smext-num">{number}</td>
      <td className="jp-smext-plan-what" title={step.name}>
        <b>{step.name}</b>{' '}
        <span className="jp-smext-muted">
          {midSentence(step.kind_label)}
          {region ? ` · ${region}` : ''}
        </span>
      </td>
      <td>{step.effect}</td>
      <Age since={step.created} now={now} trans={trans} />
      {costs.shown && (
        <td className="jp-smext-num">{costs.price(step, trans)}</td>
      )}
    </tr>
  );
}

function Spared(props: {
  left: ILocatedLeft;
  costs: PlanCosts;
  now: number;
  trans: TranslationBundle;
}): React.ReactElement {
  const { left, costs, now, trans } = props;
  return (
    <tr className="jp-smext-plan-left">
      <td className="jp-smext-num">
        <lockIcon.react tag="span" className="jp-smext-icon" />
      </td>
      <td className="jp-smext-plan-what" title={left.name}>
        {left.name} {midSentence(left.kind_label)}
      </td>
      <td>{left.why}</td>
      <Age since={left.created} now={now} trans={trans} />
      {costs.shown && (
        <td className="jp-smext-num">{costs.price(left, trans)}</td>
      )}
    </tr>
  );
}

function Age(props: {
  since: number | null;
  now: number;
  trans: TranslationBundle;
}): React.ReactElement {
  const { since, now, trans } = props;
  return since === null ? (
    <td />
  ) : (
    <td className="jp-smext-num" title={exactTime(since)}>
      {duration(now - since, trans)}
    </td>
  );
}
