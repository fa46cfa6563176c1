import { IForm } from '../../protocol';
import { IPlace, ISmext } from '../../tokens';
import { InstanceTypesOf } from './instance-type';
import { INetwork } from './network';
import { Parameters } from './parameters';

/**
 * What the form hands down to its fields.
 */
export interface IFieldContext {
  readonly smext: ISmext;
  readonly place: IPlace;
  readonly form: IForm;
  readonly typesOf: InstanceTypesOf;
  /** The id of the form as a field, which begins those of its fields. */
  readonly root?: string;
  /** What the form holds now. */
  readonly data?: Parameters;
  /** Its fields of subnets and security groups by their ids, and what is known of such. */
  readonly network?: INetwork;
  /** What is looked for among the fields, in lower case. */
  readonly filter: string;
  /** Let a file or folder of Jupyter's be chosen; none where there is no file browser. */
  readonly browse?: (what: 'script' | 'folder') => Promise<string | null>;
}
