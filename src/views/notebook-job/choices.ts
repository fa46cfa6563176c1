import { WindowMemory } from '../../memory';
import {
  INotebookImage,
  INotebookJobForm,
  IInstanceType
} from '../../protocol';

/**
 * What was chosen last for jobs of one connection and region.
 */
export interface IChoices {
  readonly instance_type: string;
  readonly role: string;
  /** Empty: the one that suits the instance type. */
  readonly image: string;
  readonly s3_uri: string;
  readonly kernel: string;
  readonly spot: boolean;
  readonly hours: string;
  readonly volume_gib: string;
}

/** What most begin with; each only where nothing else is known. */
const FIRST_TYPE = 'ml.m5.large';

/**
 * The memory of what was chosen at a place.
 */
export function memoryOf(
  connection: string,
  region: string
): WindowMemory<IChoices> {
  return new WindowMemory(
    `jupyter_smext:notebook-job:${connection}:${region}`,
    isChoices
  );
}

function isChoices(value: unknown): value is IChoices {
  const found = value as Partial<IChoices> | null;
  return (
    typeof found === 'object' &&
    found !== null &&
    typeof found.spot === 'boolean' &&
    (
      [
        'instance_type',
        'role',
        'image',
        's3_uri',
        'kernel',
        'hours',
        'volume_gib'
      ] as const
    ).every(name => typeof found[name] === 'string')
  );
}

/**
 * What to begin with: what was chosen last, else the form's own.
 */
export function firstChoices(
  form: INotebookJobForm,
  last: IChoices | null
): IChoices {
  return (
    last ?? {
      instance_type: FIRST_TYPE,
      role: form.role ?? '',
      image: '',
      s3_uri: form.s3_uri ?? '',
      kernel: '',
      spot: false,
      hours: '1',
      volume_gib: '30'
    }
  );
}

/**
 * The image that suits an instance type: one for GPUs where it has any.
 */
export function imageFor(
  form: INotebookJobForm,
  type: IInstanceType | undefined
): INotebookImage | undefined {
  const gpu = Boolean(type?.gpus);
  return form.images.find(image => image.gpu === gpu);
}
