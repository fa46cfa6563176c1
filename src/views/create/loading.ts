import { ValidatorType } from '@rjsf/utils';

import { Api } from '../../api';
import { FormRoutes } from '../../api/forms';
import { ICreatable, IForm, ILayoutName } from '../../protocol';
import { IPlace } from '../../tokens';
import { ICreateTarget } from './model';
import { Parameters, patched } from './parameters';

/**
 * What can be created: the operations of AWS, and the layouts, which come first where they are.
 */
export interface IOffer {
  readonly creatables: ReadonlyArray<ICreatable>;
  readonly layouts: ReadonlyArray<ILayoutName>;
}

/**
 * A form that can be drawn.
 */
export interface ILoaded {
  readonly form: IForm;
  readonly validator: ValidatorType;
  /** The layout whose form it is; null for the form of AWS's operation. */
  readonly layout: ILayoutName | null;
  /** What is to be known of how it came to its values. */
  readonly notes: ReadonlyArray<string>;
  /** Members that may have been given, and that AWS does not tell. */
  readonly unknown: ReadonlyArray<string>;
  /** Members that the layout has no field for: why it is the form of all of AWS's fields. */
  readonly lost: ReadonlyArray<string>;
}

/**
 * What is asked for, as the layout or the operation that it is made with; null where it is neither.
 */
export function madeWith(
  { kind, operation, layout, clone }: ICreateTarget,
  offer: IOffer
): { operation: string; layout: ILayoutName | null } | null {
  const wanted = kind ?? clone?.kind;
  const of =
    operation !== undefined
      ? undefined
      : offer.layouts.find(one =>
          layout === undefined ? one.kind === wanted : one.id === layout
        );
  const found =
    of?.operation ??
    operation ??
    offer.creatables.find(one => one.kind === wanted)?.operation;
  return found === undefined ? null : { operation: found, layout: of ?? null };
}

/**
 * The form of what is asked for, with the values it begins with. Throws ApiError.
 */
export async function loadForm(
  api: Api,
  place: IPlace,
  target: ICreateTarget,
  made: { operation: string; layout: ILayoutName | null }
): Promise<ILoaded> {
  const { connection, region } = place;
  const { clone } = target;
  const [{ default: validator }, again] = await Promise.all([
    import('@rjsf/validator-ajv8'),
    clone
      ? api
          .of(FormRoutes)
          .parametersToCreate(
            clone.connection,
            clone.region,
            clone.kind,
            clone.id
          )
      : null
  ]);
  const changes = target.changes as Parameters | undefined;
  const rest = {
    validator: validator as ValidatorType,
    notes: again?.notes ?? [],
    unknown: again?.unknown ?? [],
    lost: []
  };
  const parameters =
    again || changes ? patched(again?.parameters ?? {}, changes ?? {}) : null;
  const { layout, operation } = made;
  if (layout) {
    // Of a layout that was named the changes are its own values.
    const { values, lost } =
      parameters && (again || target.layout === undefined)
        ? await api
            .of(FormRoutes)
            .layoutValues(layout.id, clone ?? place, parameters)
        : { values: parameters ?? {}, lost: [] };
    if (values) {
      const form = await api
        .of(FormRoutes)
        .layoutForm(layout.id, connection, region, values);
      return { ...rest, form, layout };
    }
    const form = await api
      .of(FormRoutes)
      .filledForm(connection, region, operation, parameters ?? {});
    return { ...rest, form, layout: null, lost };
  }
  const form = parameters
    ? await api
        .of(FormRoutes)
        .filledForm(connection, region, operation, parameters)
    : await api.of(FormRoutes).form(connection, region, operation);
  return { ...rest, form, layout: null };
}
