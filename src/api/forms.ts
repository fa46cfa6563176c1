import {
  ICreatable,
  ICreateParameters,
  IForm,
  ILayoutName,
  ILayoutValues
} from '../protocol';
import { Api } from './transport';

/**
 * The forms of operations and of layouts, and what they are filled in with.
 */
export class FormRoutes {
  constructor(private readonly _api: Api) {}

  form(
    connection: string,
    region: string,
    operation: string,
    kind?: string,
    id?: string
  ): Promise<IForm> {
    return this._api.get(['forms', operation], {
      connection,
      region,
      ...(kind === undefined ? {} : { kind }),
      ...(id === undefined ? {} : { id })
    });
  }

  /** Every Create operation of AWS. */
  creatables(): Promise<ICreatable[]> {
    return this._api.get(['forms']);
  }

  /** The forms of our own. */
  layouts(): Promise<ILayoutName[]> {
    return this._api.get(['layouts']);
  }

  /** The form of an operation, with parameters of it filled in. */
  filledForm(
    connection: string,
    region: string,
    operation: string,
    parameters: object
  ): Promise<IForm> {
    return this._api.post(
      ['forms', operation],
      { connection, region },
      parameters
    );
  }

  /** The form of a layout, with values of it filled in. */
  layoutForm(
    layout: string,
    connection: string,
    region: string,
    values: object
  ): Promise<IForm> {
    return this._api.post(
      ['layouts', layout, 'form'],
      { connection, region },
      values
    );
  }

  /** The values of a layout that say the same as parameters of its operation; what they name is `at`. */
  layoutValues(
    layout: string,
    at: { readonly connection: string; readonly region: string },
    parameters: object
  ): Promise<ILayoutValues> {
    const { connection, region } = at;
    return this._api.post(
      ['layouts', layout, 'values'],
      { connection, region },
      parameters
    );
  }

  /** What would create a resource again, under another name. */
  parametersToCreate(
    connection: string,
    region: string,
    kind: string,
    id: string
  ): Promise<ICreateParameters> {
    return this._api.get(['resources', kind, id, 'parameters'], {
      connection,
      region
    });
  }
}
