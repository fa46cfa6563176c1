import { IChoice } from '../../../store';
import { ICompute, IComputeName } from '../../../protocol';
import { isSame, keyOfName } from '../../../store/compute-name';
import { ILastChoice, keyOf, Target } from './choice';
import { nameAfter } from './new-instance';

/**
 * What is chosen when the dialog opens; what is not named, the last choice decides.
 */
export interface IPreset {
  /** Null: a new notebook instance. */
  readonly at?: IComputeName | null;
  readonly instanceType?: string;
}

/** What most people begin with. */
export const FIRST_TYPE = 'ml.t3.medium';

/** This machine, before our server has told what it has. */
export const THIS_MACHINE: ICompute = {
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

/** Before the first switch. */
export const NOTHING_CHOSEN: ILastChoice = {
  target: '',
  type: null,
  carried: { variables: true, packages: false, files: true },
  stopOld: true,
  fastOnly: false,
  withinQuota: true,
  kernels: {}
};

/**
 * Instances, spaces, a new one in a region of the choice, this machine.
 */
export function targetsOf(
  computes: ReadonlyArray<ICompute> | null,
  choice: IChoice | null,
  region: string | null,
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
    ...(connection !== null && region !== null && computes !== null
      ? [{ kind: 'new' as const, connection, region }]
      : []),
    place(local)
  ];
}

/**
 * Where a new instance is created: the region that was chosen, else that of the last one.
 */
export function regionOf(
  choice: IChoice | null,
  wanted: string | null,
  last: ILastChoice
): string | null {
  if (!choice?.connection) {
    return null;
  }
  const { connection, regions } = choice;
  const isLast = (region: string) =>
    keyOf({ kind: 'new', connection, region }) === last.target;
  return (
    regions.find(one => one === wanted) ??
    regions.find(isLast) ??
    regions[0] ??
    null
  );
}

/**
 * What is chosen when the dialog opens.
 */
export function firstTarget(
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

/**
 * A name after the notebook's that none of the instances has.
 */
export function freeName(path: string, targets: ReadonlyArray<Target>): string {
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
