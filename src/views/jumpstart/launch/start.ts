import { Api } from '../../../api';
import {
  IDeployRequest,
  IFineTuneRequest,
  IForm,
  ISavedForm
} from '../../../protocol';
import { IModelId } from '../../../tokens';

/** The name that the server keeps the last form under. */
const LAST = 'last';

/**
 * What forms begin with.
 */
export interface IStart {
  readonly role: string;
  readonly roles: ReadonlyArray<string>;
  readonly roleHelp: string;
  /** Where results of trainings go; empty where the account is not known. */
  readonly output: string;
  readonly lastDeploy: IDeployRequest | null;
  readonly lastFineTune: IFineTuneRequest | null;
  readonly saved: ReadonlyArray<ISavedForm>;
}

/**
 * Read what the forms of a model begin with. Throws ApiError.
 */
export async function readStart(api: Api, id: IModelId): Promise<IStart> {
  const [form, saved, { account }] = await Promise.all([
    api.form(id.connection, id.region, 'CreateModel'),
    api.savedForms(),
    api.identity(id.connection, id.region)
  ]);
  const role = roleField(form);
  const last = saved.find(one => one.name === LAST);
  const here = <T extends IDeployRequest | IFineTuneRequest>(
    request: T | null | undefined
  ) =>
    request?.connection === id.connection && request.region === id.region
      ? request
      : null;
  return {
    role: String(form.defaults.ExecutionRoleArn ?? role.examples?.[0] ?? ''),
    roles: role.examples ?? [],
    roleHelp: role.description ?? '',
    // The bucket that SageMaker's SDK takes; the server creates it when it is missing.
    output: account ? `s3://sagemaker-${id.region}-${account}/jumpstart` : '',
    lastDeploy: here(last?.deploy),
    lastFineTune: here(last?.fine_tune),
    saved: saved.filter(one => one.name !== LAST)
  };
}

interface IRoleField {
  readonly examples?: ReadonlyArray<string>;
  readonly description?: string;
}

function roleField(form: IForm): IRoleField {
  const { properties } = form.schema as {
    properties?: { ExecutionRoleArn?: IRoleField };
  };
  return properties?.ExecutionRoleArn ?? {};
}
