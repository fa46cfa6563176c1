import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ApiError } from '../../../api';
import { IconButton } from '../../../components/button';
import { checkIcon, xIcon } from '../../../components/icons';
import { useStore } from '../../../hooks';
import { WindowMemory } from '../../../memory';
import { IChoice, LOCAL } from '../../../store';
import {
  ICompute,
  IComputeName,
  ILocalEngine,
  INewNotebookInstance,
  IProblem,
  ISwitch
} from '../../../protocol';
import { SessionComputes } from '../../../store/session-computes';
import { ISmext } from '../../../tokens';
import { ProblemCallout } from '../../modal/problem';
import { INotebook } from '../notebook';
import { useComputes } from '../useNotebook';
import { Comparison } from './comparison';
import { Consequences } from './consequences';
import {
  ILastChoice,
  isLastChoice,
  isSame,
  keyOf,
  keyOfName,
  requestOf,
  Target,
  thenOf,
  typeOf,
  useOf
} from './choice';
import { nameAfter, NEW_FORM, NewInstance } from './new-instance';
import { usePlaces, usePreview, useTypes } from './reading';
import { Targets } from './targets';
import { Types } from './types';
import { ITypesTable } from './types-table';

/**
 * What is chosen when the dialog opens; what is not named, the last choice decides.
 */
export interface IPreset {
  /** Null: a new notebook instance. */
  readonly at?: IComputeName | null;
  readonly instanceType?: string;
}

const FIRST_TYPE = 'ml.t3.medium';

const THIS_MACHINE: ICompute = {
  at: { kind: 'local', id: '', connection: '', region: '' },
  name: '',
  status: '',
  tone: 'ok',
  instance_type: null,
  vcpu: null,
  memory_gib: null,
  gpus: null,
  gpu: null,
  price: null,
  volume_gib: null,
  memory_used: null,
  problem: null
};

const NOTHING_CHOSEN: ILastChoice = {
  target: '',
  type: null,
  carried: { variables: true, packages: false, files: true },
  stopOld: true,
  fastOnly: false,
  withinQuota: true
};

/**
 * Choose where a notebook's kernel runs: an instance and its type, and what comes along.
 */
export function SelectInstance(props: {
  smext: ISmext;
  computes: SessionComputes;
  notebook: INotebook;
  preset: IPreset;
  titleId: string;
  memory?: WindowMemory<ILastChoice>;
  onClose: (made: ISwitch | null) => void;
}): React.ReactElement {
  const { smext, computes, notebook, preset, titleId, onClose } = props;
  const { api, store, trans } = smext;
  const memory = React.useMemo(
    () =>
      props.memory ?? new WindowMemory('jupyter_smext:switch', isLastChoice),
    [props.memory]
  );
  const [last, setLast] = React.useState(() => memory.load() ?? NOTHING_CHOSEN);
  const keep = (part: Partial<ILastChoice>) => {
    setLast({ ...last, ...part });
    memory.save({ ...last, ...part });
  };
  useStore(store);
  useComputes(computes);
  const [choice, setChoice] = React.useState<IChoice | null>(null);
  React.useEffect(() => {
    let wanted = true;
    void store.chosen().then(chosen => wanted && setChoice(chosen));
    return () => {
      wanted = false;
    };
  }, [store, store.connection, store.regions.join(' ')]);

  const [attempt, setAttempt] = React.useState(0);
  const engine = choice?.connection === LOCAL ? store.local : null;
  const wasDown = React.useRef(false);
  React.useEffect(() => {
    if (engine?.running && wasDown.current) {
      setAttempt(attempt + 1);
    }
    wasDown.current = engine?.running === false;
  }, [engine?.running]);
  const down = engine !== null && !engine.running;
  const places = usePlaces(api, choice, attempt);
  const session = computes.ofSession(notebook.session ?? undefined);
  const now = session?.compute ?? THIS_MACHINE;
  const targets = React.useMemo(
    () => targetsOf(places.value?.computes ?? null, choice, now),
    [places.value, choice, session]
  );
  const [picked, pick] = React.useState<string | null>(null);
  const target =
    targets.find(one => keyOf(one) === picked) ??
    firstTarget(targets, preset, last, now);

  const where = target.kind === 'new' ? target : target.compute.at;
  const types = useTypes(api, where, useOf(target), attempt);
  const [wanted, want] = React.useState<string | null>(null);
  const names = types.value?.types.map(({ name }) => name) ?? [];
  const type =
    [
      wanted,
      picked === null ? preset.instanceType : null,
      last.target === keyOf(target) ? last.type : null,
      typeOf(target),
      FIRST_TYPE
    ].find(one => one && names.includes(one)) ??
    names[0] ??
    null;
  const facts = types.value?.types.find(({ name }) => name === type) ?? null;

  const [filled, fill] = React.useState<INewNotebookInstance | null>(null);
  const made = target.kind === 'new' ? filled : null;
  const [keepOldKernel, setKeepOldKernel] = React.useState(false);
  const { carried, stopOld } = last;
  const request = requestOf(notebook, {
    target,
    type,
    made,
    carried,
    stopOld,
    keepOldKernel
  });
  // Until the types are there, which one is chosen is not known.
  const settled = useOf(target) === null || types.value !== null;
  const unchanged =
    target.kind === 'place' &&
    isSame(target.compute.at, now.at) &&
    type === now.instance_type &&
    session?.line !== 'ended';
  const preview = usePreview(api, settled && !unchanged ? request : null);
  const then = preview.value?.then ?? thenOf(target, facts, made);
  // Where the kernel is may only be told with the preview.
  const here = session?.compute ?? preview.last?.now ?? now;

  const [problem, setProblem] = React.useState<IProblem | null>(null);
  const [unsaved, setUnsaved] = React.useState('');
  const [busy, setBusy] = React.useState<'saving' | 'sending' | null>(null);
  const why = ((): string | null => {
    if (notebook.session === null) {
      return trans.__('The notebook has no kernel: start one first.');
    }
    if (busy) {
      return busy === 'saving' ? trans.__('Saving…') : trans.__('Sending…');
    }
    if (
      computes.switchOf(notebook.session, notebook.path)?.state === 'running'
    ) {
      return trans.__('It is being switched already.');
    }
    if (choice?.connection === null && target.kind === 'place') {
      return trans.__('Choose where instances run first.');
    }
    if (down && useOf(target) !== null) {
      return trans.__('The local engine is not running.');
    }
    if (unchanged) {
      return target.kind === 'place' && target.compute.at.kind === 'local'
        ? trans.__('The kernel runs on this machine already.')
        : trans.__('The kernel runs on it already: choose another type.');
    }
    if (!settled) {
      return types.problem
        ? types.problem.title
        : trans.__('Reading the instance types…');
    }
    if (target.kind === 'new' && made === null) {
      return trans.__('It needs a name and a role.');
    }
    if (preview.problem) {
      return preview.problem.title;
    }
    if (preview.value === null) {
      return trans.__('Checking role, quota and state…');
    }
    return preview.value.problems[0]?.title ?? null;
  })();

  const table = React.useRef<ITypesTable>(null);
  const content = React.useRef<HTMLDivElement>(null);
  const touched = React.useRef(false);
  React.useEffect(() => {
    content.current?.querySelector<HTMLElement>('input:checked')?.focus();
  }, []);
  React.useEffect(() => {
    if (types.value && target.kind === 'place' && !touched.current) {
      table.current?.focus();
    }
  }, [types.value]);

  const send = async () => {
    if (why !== null || request === null) {
      return;
    }
    keep({ target: keyOf(target), type });
    setProblem(null);
    setUnsaved('');
    try {
      setBusy('saving');
      const { count, seconds } = await notebook.saveAll();
      setBusy('sending');
      const begun = await computes.start({
        ...request,
        saved: count,
        saved_seconds: seconds
      });
      onClose(begun);
    } catch (error) {
      setBusy(null);
      if (error instanceof ApiError) {
        setProblem(error.problem);
      } else {
        setUnsaved(error instanceof Error ? error.message : String(error));
      }
    }
  };
  const confirm = () => {
    const form = document.getElementById(NEW_FORM);
    if (form instanceof HTMLFormElement) {
      form.requestSubmit();
    } else {
      void send();
    }
  };

  return (
    <div
      ref={content}
      className="jp-smext-switcher-content"
      onPointerDown={() => {
        touched.current = true;
      }}
      onKeyDown={() => {
        touched.current = true;
      }}
    >
      <header className="jp-smext-modal-head">
        <h2 id={titleId} className="jp-smext-grow">
          {trans.__(
            'Select instance for %1',
            notebook.path.replace(/^.*\//, '')
          )}
        </h2>
        <IconButton
          icon={xIcon}
          label={trans.__('Close')}
          onClick={() => onClose(null)}
        />
      </header>
      <Targets
        targets={targets}
        selected={target}
        regions={choice?.regions.length ?? 1}
        trans={trans}
        onSelect={one => {
          pick(keyOf(one));
          want(null);
        }}
      />
      <div className="jp-smext-switcher-body">
        <div className="jp-smext-switcher-left">
          {choice?.connection === null && <NoConnection smext={smext} />}
          {choice !== null && choice.connection !== null && !down && (
            <Reading
              problem={places.problem}
              reading={places.value === null}
              trans={trans}
              onAgain={() => setAttempt(attempt + 1)}
            />
          )}
          {down && (
            <EngineDown
              engine={engine!}
              trans={trans}
              onStart={() => void store.startLocal()}
            />
          )}
          {!down &&
            places.value?.problems.map((one, index) => (
              <ProblemCallout key={index} problem={one} trans={trans} folded />
            ))}
          {target.kind === 'new' && !down && (
            <NewInstance
              key={`${keyOf(target)} ${attempt}`}
              api={api}
              connection={target.connection}
              region={target.region}
              name={freeName(notebook.path, targets)}
              trans={trans}
              onChange={fill}
              onSubmit={() => void send()}
            />
          )}
          {useOf(target) === null ? (
            choice?.connection !== null && (
              <p className="jp-smext-modal-wait">
                {trans.__(
                  'The kernel runs beside this Jupyter server, as before. It costs nothing and knows no limits of its own.'
                )}
              </p>
            )
          ) : down ? null : types.value ? (
            <Types
              key={`${where.connection}/${where.region}/${useOf(target)}`}
              ref={table}
              answer={types.value}
              selected={type}
              now={
                target.kind === 'place' && isSame(target.compute.at, now.at)
                  ? now.instance_type
                  : null
              }
              fastOnly={last.fastOnly}
              withinQuota={last.withinQuota}
              trans={trans}
              onFastOnly={fastOnly => keep({ fastOnly })}
              onWithinQuota={withinQuota => keep({ withinQuota })}
              onSelect={want}
              onConfirm={confirm}
            />
          ) : (
            types.problem && (
              <ProblemCallout problem={types.problem} trans={trans}>
                <button
                  type="button"
                  className="jp-smext-btn"
                  onClick={() => setAttempt(attempt + 1)}
                >
                  {trans.__('Try again')}
                </button>
              </ProblemCallout>
            )
          )}
        </div>
        <div className="jp-smext-switcher-right">
          <Comparison
            now={here}
            then={then}
            charged={
              types.value?.charged ??
              (here.price !== null || then.price !== null)
            }
            both={
              !stopOld && !isSame(here.at, then.at) && here.at.kind !== 'local'
            }
            trans={trans}
          />
          {unchanged ? null : (
            <Consequences
              now={here}
              then={then}
              preview={preview.last}
              carried={carried}
              stopOld={stopOld}
              keepOldKernel={keepOldKernel}
              trans={trans}
              onCarried={one => keep({ carried: one })}
              onStopOld={one => keep({ stopOld: one })}
              onKeepOldKernel={setKeepOldKernel}
            />
          )}
        </div>
      </div>
      <div className="jp-smext-switcher-problems">
        {[
          ...(session === null && computes.problem ? [computes.problem] : []),
          ...(preview.value?.problems ?? []),
          ...(preview.problem ? [preview.problem] : []),
          ...(problem ? [problem] : [])
        ].map((one, index) => (
          <ProblemCallout key={index} problem={one} trans={trans} folded />
        ))}
        {preview.value?.unknown.map((one, index) => (
          <p key={index} className="jp-smext-muted">
            {one.title}
          </p>
        ))}
        {unsaved && (
          <p role="alert" className="jp-smext-switcher-unsaved">
            {unsaved}
          </p>
        )}
      </div>
      <footer className="jp-smext-modal-foot">
        <span
          id="jp-smext-switcher-why"
          className="jp-smext-line jp-smext-modal-aside"
          role="status"
        >
          {why === null && (
            <checkIcon.react
              tag="span"
              className="jp-smext-icon jp-smext-good"
            />
          )}
          <span>
            {why ?? (preview.value?.checked.join(' ') || trans.__('Checked.'))}
          </span>
        </span>
        <button
          type="button"
          className="jp-smext-btn jp-mod-reject jp-mod-large"
          onClick={() => onClose(null)}
        >
          {trans.__('Cancel')}
        </button>
        <button
          type="button"
          className="jp-smext-btn jp-mod-accept jp-mod-large"
          aria-disabled={why !== null || undefined}
          aria-describedby="jp-smext-switcher-why"
          title={why ?? undefined}
          onClick={confirm}
        >
          {trans.__('Save and switch')}
        </button>
      </footer>
    </div>
  );
}

/**
 * Nothing tells yet where instances run: on this machine, or through a connection of the panel.
 */
function NoConnection(props: { smext: ISmext }): React.ReactElement {
  const { store, trans } = props.smext;
  return (
    <div className="jp-smext-switcher-none">
      <p>
        {trans.__(
          'Instances run in an AWS account, or on this machine: the local engine has the same API with real local processes, no account and no cost.'
        )}
      </p>
      <div className="jp-smext-callout-actions">
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
        <span className="jp-smext-muted">
          {trans.__('Or choose a connection in the SageMaker panel.')}
        </span>
      </div>
    </div>
  );
}

/**
 * That the places are not there yet, and why.
 */
function Reading(props: {
  problem: IProblem | null;
  reading: boolean;
  trans: TranslationBundle;
  onAgain: () => void;
}): React.ReactElement | null {
  const { problem, reading, trans } = props;
  if (problem) {
    return (
      <ProblemCallout problem={problem} trans={trans} folded>
        <button type="button" className="jp-smext-btn" onClick={props.onAgain}>
          {trans.__('Try again')}
        </button>
      </ProblemCallout>
    );
  }
  return reading ? (
    <p role="status" className="jp-smext-modal-wait">
      {trans.__('Looking for instances…')}
    </p>
  ) : null;
}

/**
 * The local engine is what is looked at, and does not run.
 */
function EngineDown(props: {
  engine: ILocalEngine;
  trans: TranslationBundle;
  onStart: () => void;
}): React.ReactElement {
  const { engine, trans } = props;
  if (engine.problem) {
    return (
      <ProblemCallout problem={engine.problem} trans={trans} folded>
        <button type="button" className="jp-smext-btn" onClick={props.onStart}>
          {trans.__('Try again')}
        </button>
      </ProblemCallout>
    );
  }
  return (
    <div className="jp-smext-switcher-none" role="status">
      <p>
        {engine.starting
          ? trans.__('Starting the local engine…')
          : trans.__(
              'The local engine is not running. It answers as SageMaker does, from this machine, with real processes.'
            )}
      </p>
      {!engine.starting && (
        <div className="jp-smext-callout-actions">
          <button
            type="button"
            className="jp-smext-btn jp-mod-accept"
            onClick={props.onStart}
          >
            {trans.__('Start the local engine')}
          </button>
        </div>
      )}
    </div>
  );
}

/** Instances, spaces, a new one, this machine. */
function targetsOf(
  computes: ReadonlyArray<ICompute> | null,
  choice: IChoice | null,
  now: ICompute
): Target[] {
  const known = computes ?? [];
  const local =
    known.find(one => one.at.kind === 'local') ??
    (now.at.kind === 'local' ? now : THIS_MACHINE);
  const others = known.filter(one => one.at.kind !== 'local');
  const place = (compute: ICompute): Target => ({ kind: 'place', compute });
  // What the kernel runs on is offered also from another connection.
  const current =
    now.at.kind !== 'local' && !others.some(one => isSame(one.at, now.at))
      ? [now]
      : [];
  const of = (kind: IComputeName['kind']) =>
    [...current, ...others].filter(one => one.at.kind === kind).map(place);
  const connection = choice?.connection ?? null;
  return [
    ...of('notebook-instance'),
    ...of('space'),
    ...(connection !== null && computes !== null
      ? choice!.regions
          .slice(0, 1)
          .map((region): Target => ({ kind: 'new', connection, region }))
      : []),
    place(local)
  ];
}

function firstTarget(
  targets: ReadonlyArray<Target>,
  preset: IPreset,
  last: ILastChoice,
  now: ICompute
): Target {
  const find = (key: string) => targets.find(one => keyOf(one) === key);
  const isNew = (one: Target) => one.kind === 'new';
  const named =
    preset.at === undefined
      ? undefined
      : preset.at === null
        ? targets.find(isNew)
        : find(keyOfName(preset.at));
  return (
    named ??
    (now.at.kind === 'local' ? undefined : find(keyOfName(now.at))) ??
    find(last.target) ??
    targets[0]
  );
}

/** A name after the notebook's that none of the instances has. */
function freeName(path: string, targets: ReadonlyArray<Target>): string {
  const taken = new Set(
    targets.map(one => (one.kind === 'place' ? one.compute.name : ''))
  );
  const name = nameAfter(path);
  let free = name;
  for (let at = 2; taken.has(free); at++) {
    free = `${name.slice(0, 60)}-${at}`;
  }
  return free;
}
