import { Api } from '../../../api';
import { FormRoutes } from '../../../api/forms';
import { InventoryRoutes } from '../../../api/inventory';
import { LaunchRoutes } from '../../../api/launches';
import {
  IDeployRequest,
  IFineTuneRequest,
  ISavedForm
} from '../../../protocol';
import { IModelId } from '../../../tokens';
import { roleField } from './roles';

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
  /** Offer a role that was created, in all forms that begin with this. */
  addRole(role: string): void;
}

/**
 * Read what the forms of a model begin with. Throws ApiError.
 */
export async function readStart(
  api: Api,
  id: IModelId
): Promise<Omit<IStart, 'addRole'>> {
  const [form, saved, { account }] = await Promise.all([
    api.of(FormRoutes).form(id.connection, id.region, 'CreateModel'),
    api.of(LaunchRoutes).savedForms(),
    api.of(InventoryRoutes).identity(id.connection, id.region)
  ]);
  const role = roleField(form);
  return {
    role: String(form.defaults.ExecutionRoleArn ?? role.examples?.[0] ?? ''),
    roles: role.examples ?? [],
    roleHelp: role.description ?? '',
    // The bucket that SageMaker's SDK takes; the server creates it when it is missing.
    output: account ? `s3://sagemaker-${id.region}-${account}/jumpstart` : '',
    lastDeploy: lastOf(saved, id, form => form.deploy),
    lastFineTune: lastOf(saved, id, form => form.fine_tune),
    saved: templatesOf(saved)
  };
}

/**
 * The forms that somebody kept, without the last ones that were sent.
 */
export function templatesOf(
  saved: ReadonlyArray<ISavedForm>
): ReadonlyArray<ISavedForm> {
  return saved.filter(one => one.name !== LAST);
}

/** The last form that was sent for the model, else the last one sent there at all. */
function lastOf<T extends IDeployRequest | IFineTuneRequest>(
  saved: ReadonlyArray<ISavedForm>,
  id: IModelId,
  pick: (form: ISavedForm) => T | null
): T | null {
  const here = saved.flatMap(form => {
    const request = form.name === LAST ? pick(form) : null;
    return request?.connection === id.connection && request.region === id.region
      ? [request]
      : [];
  });
  return here.find(({ model }) => model === id.id) ?? here[0] ?? null;
}
