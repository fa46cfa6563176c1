import { IResource } from '../../protocol';

/**
 * A variant as DescribeEndpoint tells it: ProductionVariantSummary of AWS's API.
 */
export interface IVariant {
  readonly VariantName: string;
  readonly CurrentWeight?: number;
  readonly DesiredWeight?: number;
  readonly CurrentInstanceCount?: number;
  readonly DesiredInstanceCount?: number;
  readonly CurrentServerlessConfig?: IServerless;
  readonly DesiredServerlessConfig?: IServerless;
}

interface IServerless {
  readonly MemorySizeInMB?: number;
  readonly MaxConcurrency?: number;
  readonly ProvisionedConcurrency?: number;
}

/** What can be changed of a variant. */
export type Member = 'weight' | 'count' | 'concurrency';

export const MEMBERS: ReadonlyArray<Member> = [
  'weight',
  'count',
  'concurrency'
];

/** The variants of an endpoint; none before AWS tells them. */
export function variantsOf(resource: IResource): ReadonlyArray<IVariant> {
  const found = resource.definition.ProductionVariants;
  return Array.isArray(found) ? (found as ReadonlyArray<IVariant>) : [];
}

/** What AWS goes over to, or has; undefined for what the variant does not have. */
export function wanted(one: IVariant): { [member in Member]?: number } {
  const serverless = one.DesiredServerlessConfig ?? one.CurrentServerlessConfig;
  return {
    weight: one.DesiredWeight ?? one.CurrentWeight,
    count: serverless
      ? undefined
      : (one.DesiredInstanceCount ?? one.CurrentInstanceCount),
    concurrency: serverless?.MaxConcurrency
  };
}

/** What differs, as members of AWS's DesiredWeightAndCapacity. */
export function differences(
  one: IVariant,
  value: (member: Member) => string
): { [member: string]: unknown } {
  const now = wanted(one);
  const found: { [member: string]: unknown } = {};
  const differs = (member: Member) =>
    now[member] !== undefined && Number(value(member)) !== now[member];
  if (differs('weight')) {
    found.DesiredWeight = Number(value('weight'));
  }
  if (differs('count')) {
    found.DesiredInstanceCount = Number(value('count'));
  }
  if (differs('concurrency')) {
    found.ServerlessUpdateConfig = {
      MaxConcurrency: Number(value('concurrency'))
    };
  }
  return found;
}

/** Whether AWS takes it for the member. */
export function isFit(member: Member, text: string): boolean {
  const number = Number(text);
  return (
    text.trim() !== '' &&
    (member === 'weight'
      ? number >= 0 && Number.isFinite(number)
      : Number.isSafeInteger(number) && number >= 1)
  );
}

/**
 * What a variant runs on: the row has the instance types in the order of the variants that have
 * instances.
 */
export function runsOn(
  resource: IResource,
  variants: ReadonlyArray<IVariant>,
  index: number,
  serverless: string
): string {
  const one = variants[index];
  const config = one.CurrentServerlessConfig ?? one.DesiredServerlessConfig;
  if (config) {
    return config.MemorySizeInMB
      ? `${serverless}, ${config.MemorySizeInMB} MB`
      : serverless;
  }
  const before = variants
    .slice(0, index)
    .filter(other => !other.CurrentServerlessConfig).length;
  return resource.row.groups[before]?.type ?? '';
}
