import {
  ICarried,
  ICompute,
  IInstanceType,
  IInstanceTypes,
  INewNotebookInstance,
  ISwitchRequest
} from '../../../protocol';
import { keyOfName } from '../../../store/compute-name';

/**
 * Where a kernel can go: a place that is there, or a notebook instance to be created.
 */
export type Target =
  | { readonly kind: 'place'; readonly compute: ICompute }
  | {
      readonly kind: 'new';
      readonly connection: string;
      readonly region: string;
    };

/**
 * What distinguishes a target from all others, also in another session.
 */
export function keyOf(target: Target): string {
  return target.kind === 'new'
    ? ['new', target.connection, target.region].join('/')
    : keyOfName(target.compute.at);
}

/**
 * Which of AWS's lists of types holds for a target; null where there is no type to choose.
 */
export function useOf(target: Target): IInstanceTypes['use'] | null {
  if (target.kind === 'new') {
    return 'notebook';
  }
  switch (target.compute.at.kind) {
    case 'local':
      return null;
    case 'space':
      return 'studio';
    case 'notebook-instance':
      return 'notebook';
  }
}

/** The type that a target has now; null of one that is yet to be, and of this machine. */
export function typeOf(target: Target): string | null {
  return target.kind === 'new' ? null : target.compute.instance_type;
}

/**
 * All that was chosen in the dialog.
 */
export interface IChosen {
  readonly target: Target;
  readonly type: string | null;
  readonly made: INewNotebookInstance | null;
  readonly kernel: string | null;
  readonly carried: ICarried;
  readonly stopOld: boolean;
  readonly keepOldKernel: boolean;
}

/**
 * The switch that was chosen, as it is asked for; null while something is still to be chosen.
 */
export function requestOf(
  notebook: { readonly path: string; readonly session: string | null },
  chosen: IChosen
): ISwitchRequest | null {
  const { target, type, made } = chosen;
  const isNew = target.kind === 'new';
  if (notebook.session === null || (isNew && (!made || !type))) {
    return null;
  }
  return {
    session_id: notebook.session,
    path: notebook.path,
    to: isNew
      ? {
          kind: 'notebook-instance',
          id: made!.name,
          connection: target.connection,
          region: target.region
        }
      : target.compute.at,
    instance_type: type === typeOf(target) ? null : type,
    create: isNew ? made : null,
    kernel: chosen.kernel,
    stop_old: chosen.stopOld,
    keep_old_kernel: !chosen.stopOld && chosen.keepOldKernel,
    carried: chosen.carried,
    saved: 0,
    saved_seconds: 0
  };
}

/**
 * What the kernel will have, as far as the type tells it before our server is asked.
 */
export function thenOf(
  target: Target,
  type: IInstanceType | null,
  made: INewNotebookInstance | null
): ICompute {
  const place: ICompute =
    target.kind === 'place'
      ? target.compute
      : {
          at: {
            kind: 'notebook-instance',
            id: made?.name ?? '',
            connection: target.connection,
            region: target.region
          },
          name: made?.name ?? '',
          status: '',
          tone: 'idle',
          instance_type: null,
          vcpu: null,
          memory_gib: null,
          gpus: null,
          gpu: null,
          price: null,
          volume_gib: made?.volume_gib ?? null,
          memory_used: null,
          problem: null
        };
  return type === null
    ? place
    : {
        ...place,
        instance_type: type.name,
        vcpu: type.vcpu,
        memory_gib: type.memory_gib,
        gpus: type.gpus,
        gpu: type.gpu,
        price: type.price
      };
}

/**
 * What a window remembers of its last switch.
 */
export interface ILastChoice {
  readonly target: string;
  readonly type: string | null;
  readonly carried: ICarried;
  readonly stopOld: boolean;
  readonly fastOnly: boolean;
  readonly withinQuota: boolean;
  /** The kernels that were chosen, by target. */
  readonly kernels: { readonly [target: string]: string };
}

/**
 * Whether a value read from storage is such a choice.
 */
export function isLastChoice(value: unknown): value is ILastChoice {
  const last = value as ILastChoice | null;
  const flag = (one: unknown) => typeof one === 'boolean';
  return (
    typeof last === 'object' &&
    last !== null &&
    typeof last.target === 'string' &&
    (last.type === null || typeof last.type === 'string') &&
    flag(last.stopOld) &&
    flag(last.fastOnly) &&
    flag(last.withinQuota) &&
    typeof last.kernels === 'object' &&
    last.kernels !== null &&
    Object.values(last.kernels).every(one => typeof one === 'string') &&
    typeof last.carried === 'object' &&
    last.carried !== null &&
    flag(last.carried.variables) &&
    flag(last.carried.packages) &&
    flag(last.carried.files)
  );
}
