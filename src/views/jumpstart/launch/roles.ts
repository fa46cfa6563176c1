import { Api } from '../../../api';
import { FormRoutes } from '../../../api/forms';
import { IForm } from '../../../protocol';

interface IRoleField {
  readonly examples?: ReadonlyArray<string>;
  readonly description?: string;
}

/**
 * The field for an execution role of a form of AWS's.
 */
export function roleField(form: IForm): IRoleField {
  const { properties } = form.schema as {
    properties?: { ExecutionRoleArn?: IRoleField };
  };
  return properties?.ExecutionRoleArn ?? {};
}

/**
 * The execution roles of an account, by ARN. Throws ApiError.
 */
export async function readRoles(
  api: Api,
  where: { readonly connection: string; readonly region: string }
): Promise<ReadonlyArray<string>> {
  const form = await api
    .of(FormRoutes)
    .form(where.connection, where.region, 'CreateModel');
  return roleField(form).examples ?? [];
}
