import * as React from 'react';

import { problemOf } from '../../../api';
import { useStore } from '../../../hooks';
import {
  IChecked,
  ICodeRequest,
  ILaunch,
  IModelPage,
  IProblem,
  ISavedForm
} from '../../../protocol';
import { whyNothing } from '../../../store';
import { IModelId, ISmext } from '../../../tokens';
import { IAnswer, useAnswer } from '../../answer';
import { ProblemCallout } from '../../modal/problem';
import { useRequestKey } from '../../task/request-key';
import { Checks, useSettled } from './checked';
import { canCheck, ICommonChoices, mustAccept } from './common-choices';
import { IWrong, nextName } from './entries';
import { FormButtons } from './form-buttons';
import { Acceptance } from './acceptance';
import { IStart } from './start';

/**
 * A form that launches: what is chosen, what is wrong with it, and what the server says to it.
 */
export interface ILaunchForm<C, R> {
  readonly choices: C;
  readonly request: R;
  /** What is wrong; and of it what is shown before somebody tries to send it. */
  readonly wrong: IWrong;
  readonly shown: IWrong;
  /** The last that was said; of what is chosen now, where it `isCurrent`. */
  readonly check: IAnswer<IChecked>;
  readonly isCurrent: boolean;
  readonly sending: boolean;
  readonly problem: IProblem | null;
  change(change: Partial<C>): void;
  fill(choices: C): void;
  /** Send it, where nothing is wrong. */
  send(): Promise<void>;
}

/**
 * The state of a form that launches.
 */
export function useLaunchForm<
  C extends ICommonChoices,
  R extends { readonly key: string }
>(options: {
  id: IModelId;
  smext: ISmext;
  first: () => C;
  read: (choices: C) => { request: R; wrong: IWrong };
  check: (request: R) => Promise<IChecked>;
  send: (request: R) => Promise<ILaunch>;
  onBegun: (launch: ILaunch) => void;
}): ILaunchForm<C, R> {
  const { id, onBegun } = options;
  const [choices, setChoices] = React.useState(options.first);
  const [tried, setTried] = React.useState(false);
  const [sending, setSending] = React.useState(false);
  const [problem, setProblem] = React.useState<IProblem | null>(null);
  const requestKey = useRequestKey();

  const { request, wrong } = options.read(choices);
  // The tick is asked for at its field; the rest is checked without it.
  const checked = { ...request, accept_eula: true };
  const asked = useSettled(canCheck(wrong) ? JSON.stringify(checked) : null);
  const answer = useAnswer(asked, () => options.check(checked));
  // What was said last stays until more is known: fields below would jump away.
  const last = React.useRef<IChecked | null>(null);
  last.current = answer.value ?? (answer.problem ? null : last.current);
  const check = { ...answer, value: last.current };
  const change = (change: Partial<C>) =>
    setChoices(before => ({ ...before, ...change }));

  const send = async () => {
    setTried(true);
    if (Object.keys(wrong).length > 0 || sending) {
      return;
    }
    setSending(true);
    setProblem(null);
    try {
      const key = requestKey.of(request);
      onBegun(await options.send({ ...request, key }));
      requestKey.renew();
      setTried(false);
      setChoices(before => ({
        ...before,
        name: nextName(id.id, before.name),
        accept_eula: false
      }));
    } catch (error) {
      setProblem(problemOf(error));
    }
    setSending(false);
  };
  return {
    choices,
    request,
    wrong,
    shown: tried ? wrong : {},
    check,
    isCurrent: answer.value !== null,
    sending,
    problem,
    change,
    fill: setChoices,
    send
  };
}

/**
 * The frame of such a form: its fields, the licence, what the server says, and its buttons.
 */
export function LaunchForm<C extends ICommonChoices, R>(props: {
  title: string;
  action: string;
  form: ILaunchForm<C, R>;
  page: IModelPage;
  id: IModelId;
  smext: ISmext;
  start: IStart;
  request: ICodeRequest;
  /** Why it cannot be sent, beside what the server says to the request. */
  why: string | null;
  /** What stands below the price. */
  priced: ReadonlyArray<readonly [string, (price: number) => string]>;
  onFill: (form: ISavedForm) => void;
  children: React.ReactNode;
}): React.ReactElement {
  const { title, form, page, id, smext, start } = props;
  const { store, trans } = smext;
  useStore(store);
  const heading = React.useId();
  const node = React.useRef<HTMLFormElement>(null);
  const [refused, setRefused] = React.useState(0);
  const { check, choices, wrong } = form;
  const why =
    whyNothing(store.connectionOf(id.connection), null, trans) ??
    props.why ??
    (check.value?.problems.length ? trans.__('See above') : null);
  React.useEffect(() => {
    const first = node.current?.querySelector<HTMLElement>(
      '[aria-invalid=true]'
    );
    if (refused && first) {
      // A field that is folded away cannot take the focus.
      first.closest('details')?.setAttribute('open', '');
      first.focus();
    }
  }, [refused]);
  return (
    <form
      ref={node}
      className="jp-smext-form jp-smext-launch"
      aria-labelledby={heading}
      noValidate
      onSubmit={event => {
        event.preventDefault();
        if (Object.keys(wrong).length > 0) {
          setRefused(refused + 1);
        }
        if (Object.keys(wrong).length > 0 || why === null) {
          void form.send();
        }
      }}
    >
      <h2 className="jp-smext-h2" id={heading}>
        {title}
      </h2>
      {props.children}
      {mustAccept(page) && (
        <Acceptance
          page={page}
          checked={choices.accept_eula}
          wrong={form.shown.accept_eula}
          trans={trans}
          onChange={accept_eula => form.change({ accept_eula } as Partial<C>)}
        />
      )}
      <Checks
        answer={check}
        isCurrent={form.isCurrent}
        asked={canCheck(wrong)}
        priced={props.priced}
        trans={trans}
      />
      {form.problem && <ProblemCallout problem={form.problem} trans={trans} />}
      <FormButtons
        action={props.action}
        sending={form.sending}
        why={why}
        request={props.request}
        start={start}
        model={id.id}
        smext={smext}
        onFill={props.onFill}
      />
    </form>
  );
}
