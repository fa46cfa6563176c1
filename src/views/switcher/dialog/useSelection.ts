import * as React from 'react';

import { problemOf } from '../../../api';
import { SwitchRoutes } from '../../../api/switches';
import { useChanges, useStore } from '../../../hooks';
import { WindowMemory } from '../../../memory';
import { IChoice, LOCAL } from '../../../store';
import {
  ICompute,
  IComputeName,
  IComputes,
  IInstanceTypes,
  ILocalEngine,
  INewNotebookInstance,
  IProblem,
  ISessionCompute,
  ISwitchPreview,
  ISwitchRequest
} from '../../../protocol';
import { isSame } from '../../../store/compute-name';
import { SessionComputes } from '../../../store/session-computes';
import { ISmext } from '../../../tokens';
import { IAnswer, useTypes } from '../../answer';
import { INotebook } from '../notebook';
import {
  ILastChoice,
  isLastChoice,
  keyOf,
  requestOf,
  Target,
  thenOf,
  typeOf,
  useOf
} from './choice';
import {
  firstTarget,
  FIRST_TYPE,
  IPreset,
  NOTHING_CHOSEN,
  regionOf,
  targetsOf,
  THIS_MACHINE
} from './offers';
import { usePlaces, usePreview } from './reading';

/**
 * What is offered, what of it is chosen, and what that would do.
 */
export interface ISelection {
  /** The window's connection and regions; null until they are known. */
  readonly choice: IChoice | null;
  /** The local engine where that is the connection, and whether it does not run. */
  readonly engine: ILocalEngine | null;
  readonly down: boolean;
  readonly session: ISessionCompute | null;
  readonly places: IAnswer<IComputes>;
  readonly targets: ReadonlyArray<Target>;
  readonly target: Target;
  readonly types: IAnswer<IInstanceTypes>;
  readonly type: string | null;
  /** The type that {@link target} has now, where that is what the kernel runs on. */
  readonly typeNow: string | null;
  readonly made: INewNotebookInstance | null;
  readonly last: ILastChoice;
  readonly keepOldKernel: boolean;
  /** The kernel that was chosen of the target; null: the one that is taken by itself. */
  readonly kernel: string | null;
  readonly signIn: {
    readonly busy: boolean;
    readonly problem: IProblem | null;
  };
  /** Whether nothing would be another than it is. */
  readonly unchanged: boolean;
  /** Whether the notebook's kernel is gone, so that nothing of it can come along. */
  readonly ended: boolean;
  readonly request: ISwitchRequest | null;
  readonly preview: IAnswer<ISwitchPreview> & {
    readonly last: ISwitchPreview | null;
  };
  readonly now: ICompute;
  readonly then: ICompute;
  /** How often all was asked anew. */
  readonly attempt: number;
  again(): void;
  pick(target: Target): void;
  want(type: string): void;
  fill(made: INewNotebookInstance | null): void;
  keep(part: Partial<ILastChoice>): void;
  setKeepOldKernel(on: boolean): void;
  setKernel(kernel: string | null): void;
  /** Sign in to the target, so that its kernels are told. */
  askForKernels(): void;
  /** Where a new instance is created. */
  setRegion(region: string): void;
}

const IDLE: ISelection['signIn'] = { busy: false, problem: null };

/**
 * The state of the dialog.
 */
export function useSelection(
  smext: ISmext,
  computes: SessionComputes,
  notebook: INotebook,
  preset: IPreset
): ISelection {
  const { api, store } = smext;
  const memory = React.useMemo(
    () => new WindowMemory('jupyter_smext:switch', isLastChoice),
    []
  );
  const [last, setLast] = React.useState(() => memory.load() ?? NOTHING_CHOSEN);
  const keep = (part: Partial<ILastChoice>) => {
    setLast({ ...last, ...part });
    memory.save({ ...last, ...part });
  };
  useStore(store);
  useChanges(computes.changed);
  const session = computes.ofSession(notebook.session ?? undefined);
  const now = session?.compute ?? THIS_MACHINE;
  const [chosen, setChoice] = React.useState<IChoice | null>(null);
  const { connection, region: there } = now.at;
  const choice = React.useMemo(
    // A window that has chosen nothing looks where the kernel is.
    () =>
      chosen?.connection === null && connection
        ? { connection, regions: [there] }
        : chosen,
    [chosen, connection, there]
  );
  React.useEffect(() => {
    let wanted = true;
    void store.chosen().then(one => wanted && setChoice(one));
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
  const [wantedRegion, setWantedRegion] = React.useState<string | null>(null);
  const region = regionOf(choice, wantedRegion, last);
  const targets = React.useMemo(
    () => targetsOf(places.value?.computes ?? null, choice, region, now),
    [places.value, choice, region, session]
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
  const { stopOld } = last;
  const ended = session?.line === 'ended';
  const carried = ended
    ? { ...last.carried, variables: false, packages: false }
    : last.carried;
  const asked = requestOf(notebook, {
    target,
    type,
    made,
    kernel: null,
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
    !ended;
  const [signIns, setSignIns] = React.useState(0);
  const preview = usePreview(
    api,
    settled && !unchanged ? asked : null,
    signIns
  );
  // One that was chosen may no longer be there.
  const remembered = last.kernels[keyOf(target)] ?? null;
  const offered = preview.value?.kernels ?? null;
  const kernel =
    offered === null || offered.some(({ name }) => name === remembered)
      ? remembered
      : null;
  const [signIn, setSignIn] = React.useState(IDLE);
  React.useEffect(() => setSignIn(IDLE), [keyOf(target)]);
  const askForKernels = async (at: IComputeName) => {
    setSignIn({ busy: true, problem: null });
    try {
      await api.of(SwitchRoutes).signInTo(at);
      setSignIn(IDLE);
      setSignIns(signIns + 1);
    } catch (error) {
      setSignIn({ busy: false, problem: problemOf(error) });
    }
  };
  const then = preview.value?.then ?? thenOf(target, facts, made);
  // Where the kernel is may only be told with the preview.
  const here = session?.compute ?? preview.last?.now ?? now;

  return {
    choice,
    engine,
    down,
    session,
    places,
    targets,
    target,
    types,
    type,
    typeNow:
      target.kind === 'place' && isSame(target.compute.at, now.at)
        ? now.instance_type
        : null,
    made,
    last,
    keepOldKernel,
    kernel,
    signIn,
    ended,
    unchanged,
    request: asked && { ...asked, kernel },
    preview,
    now: here,
    then,
    attempt,
    again: () => setAttempt(attempt + 1),
    pick: one => {
      pick(keyOf(one));
      want(null);
    },
    want,
    fill,
    keep,
    setKeepOldKernel,
    setKernel: chosen => {
      const kernels = Object.entries(last.kernels).filter(
        ([of]) => of !== keyOf(target)
      );
      if (chosen !== null) {
        kernels.push([keyOf(target), chosen]);
      }
      keep({ kernels: Object.fromEntries(kernels) });
    },
    askForKernels: () => {
      if (target.kind === 'place' && !signIn.busy) {
        void askForKernels(target.compute.at);
      }
    },
    setRegion: chosen => {
      const connection = choice?.connection;
      if (connection) {
        setWantedRegion(chosen);
        pick(keyOf({ kind: 'new', connection, region: chosen }));
        want(null);
      }
    }
  };
}
