import * as React from 'react';

import { EditRoutes } from '../../api/edits';
import { ResourceRoutes } from '../../api/resources';
import { IResource, IVariantScaling } from '../../protocol';
import { whyNot } from '../../store';
import { IViewProps } from '../../tokens';
import { useAnswer } from '../answer';
import { ProblemCallout } from '../modal/problem';
import { useChange, whyFixed } from './change';
import { VariantScaling } from './scaling';

import '../../../style/edit.css';

/** What it sends; the view is registered for it. */
export const WEIGHTS = 'UpdateEndpointWeightsAndCapacities';

/**
 * A variant as DescribeEndpoint tells it: ProductionVariantSummary of AWS's API.
 */
interface IVariant {
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

type Member = 'weight' | 'count' | 'concurrency';
type Draft = { readonly [member in Member]?: string };
type Drafts = { readonly [variant: string]: Draft };

/**
 * An endpoint's variants: how the traffic is shared, on how many instances each runs, and how it
 * scales.
 */
export function Variants(props: IViewProps): React.ReactElement {
  const { resource, smext, connection, region, kind, id } = props;
  const { api, trans } = smext;
  const variants = variantsOf(resource);
  const [attempt, setAttempt] = React.useState(0);
  const names = variants.map(one => one.VariantName);
  const scaling = useAnswer(
    names.length && props.visible
      ? JSON.stringify([connection, region, id, names, attempt])
      : null,
    () => api.of(EditRoutes).scaling({ connection, region, kind, id })
  );
  const [changed, setChanged] = React.useState<{
    readonly key: unknown;
    readonly variants: ReadonlyArray<IVariantScaling>;
  } | null>(null);
  // An answer of before a change is older than what the change answered.
  const known =
    changed !== null && changed.key === scaling.value
      ? changed.variants
      : scaling.value?.variants;
  if (!variants.length) {
    return (
      <p className="jp-smext-muted">
        {trans.__('It has no variants yet: AWS tells them once it is created.')}
      </p>
    );
  }
  return (
    <div className="jp-smext-edit">
      <h2 className="jp-smext-h2">{trans.__('Traffic and instances')}</h2>
      <Weights {...props} variants={variants} scaling={known ?? []} />
      <h2 className="jp-smext-h2">{trans.__('Automatic scaling')}</h2>
      {known?.map(one => (
        <VariantScaling
          key={one.variant}
          {...props}
          scaling={one}
          onChanged={variants => setChanged({ key: scaling.value, variants })}
        />
      ))}
      {scaling.problem && (
        <ProblemCallout
          problem={scaling.problem}
          trans={trans}
          onAgain={() => setAttempt(attempt + 1)}
        />
      )}
      {!known && !scaling.problem && (
        <p role="status">{trans.__('Reading how it scales…')}</p>
      )}
    </div>
  );
}

function Weights(
  props: IViewProps & {
    variants: ReadonlyArray<IVariant>;
    scaling: ReadonlyArray<IVariantScaling>;
  }
): React.ReactElement {
  const { resource, spec, smext, connection, region, kind, id } = props;
  const { variants, scaling } = props;
  const { api, store, trans } = smext;
  const [drafts, setDrafts] = React.useState<Drafts>({});
  const change = useChange();
  const verb = spec.verbs.find(one => one.operation === WEIGHTS);
  const ref = { connection, region, kind: spec, row: resource.row };
  const off = verb
    ? whyNot(verb, ref, whyFixed(props), trans, store)
    : trans.__('AWS does not offer it');

  const value = (one: IVariant, member: Member): string =>
    drafts[one.VariantName]?.[member] ?? String(wanted(one)[member] ?? '');
  const edit = (one: IVariant, member: Member, text: string) => {
    change.clear();
    const draft = { ...drafts[one.VariantName], [member]: text };
    setDrafts({ ...drafts, [one.VariantName]: draft });
  };
  const asked = variants.map(one => ({
    VariantName: one.VariantName,
    ...differences(one, member => value(one, member))
  }));
  const changes = asked.filter(one => Object.keys(one).length > 1);
  const wrong = variants.some(one =>
    MEMBERS.some(
      member =>
        wanted(one)[member] !== undefined && !isFit(member, value(one, member))
    )
  );
  const total = variants.reduce(
    (sum, one) => sum + (Number(value(one, 'weight')) || 0),
    0
  );
  const send = async () => {
    if (off !== null || wrong || !changes.length) {
      return;
    }
    const parameters = { DesiredWeightsAndCapacities: changes };
    const done = await change.send(
      () =>
        api
          .of(ResourceRoutes)
          .act(connection, region, kind, id, WEIGHTS, parameters),
      trans.__('Sent: the endpoint goes over to it')
    );
    if (done) {
      setDrafts({});
      await store.refetch();
    }
  };
  const has = (member: Member) =>
    variants.some(one => wanted(one)[member] !== undefined);
  const input = (one: IVariant, member: Member, label: string) =>
    wanted(one)[member] === undefined ? (
      '–'
    ) : (
      <input
        className="jp-smext-input"
        type="number"
        min={member === 'weight' ? 0 : 1}
        step={member === 'weight' ? 'any' : 1}
        value={value(one, member)}
        readOnly={off !== null || change.sending}
        aria-label={label}
        aria-invalid={!isFit(member, value(one, member)) || undefined}
        onChange={event => edit(one, member, event.target.value)}
      />
    );
  return (
    <form
      noValidate
      onSubmit={event => {
        event.preventDefault();
        void send();
      }}
    >
      <table className="jp-smext-edit-table">
        <thead>
          <tr>
            <th scope="col">{trans.__('Variant')}</th>
            <th scope="col">{trans.__('Runs on')}</th>
            <th scope="col" className="jp-smext-num">
              {trans.__('Weight')}
            </th>
            <th scope="col" className="jp-smext-num">
              {trans.__('Traffic')}
            </th>
            {has('count') && (
              <th scope="col" className="jp-smext-num">
                {trans.__('Instances')}
              </th>
            )}
            {has('concurrency') && (
              <th scope="col" className="jp-smext-num">
                {trans.__('Concurrency')}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {variants.map((one, index) => {
            const name = one.VariantName;
            const own = scaling.find(({ variant }) => variant === name);
            const weight = Number(value(one, 'weight')) || 0;
            return (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>
                  {runsOn(resource, variants, index, trans.__('serverless'))}
                </td>
                <td className="jp-smext-num">
                  {input(one, 'weight', trans.__('Weight of %1', name))}
                </td>
                <td className="jp-smext-num">
                  {total > 0
                    ? (weight / total).toLocaleString(undefined, {
                        style: 'percent',
                        maximumFractionDigits: 1
                      })
                    : trans.__('none')}
                </td>
                {has('count') && (
                  <td className="jp-smext-num">
                    {input(one, 'count', trans.__('Instances of %1', name))}
                    {one.CurrentInstanceCount !== undefined &&
                      one.CurrentInstanceCount !== one.DesiredInstanceCount && (
                        <div className="jp-smext-muted">
                          {trans.__('%1 now', one.CurrentInstanceCount)}
                        </div>
                      )}
                    {own?.of === 'instances' && own.least !== null && (
                      <div className="jp-smext-muted">
                        {trans.__('scaled, %1 to %2', own.least, own.most)}
                      </div>
                    )}
                  </td>
                )}
                {has('concurrency') && (
                  <td className="jp-smext-num">
                    {input(
                      one,
                      'concurrency',
                      trans.__('Concurrency of %1', name)
                    )}
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
      {change.problem && (
        <ProblemCallout problem={change.problem} trans={trans} />
      )}
      <div className="jp-smext-line">
        <span role="status" className="jp-smext-muted jp-smext-grow">
          {change.sending
            ? trans.__('Sending…')
            : wrong
              ? trans.__(
                  'A weight is 0 or more, a number of instances 1 or more.'
                )
              : off !== null
                ? trans.__('It cannot be changed now: %1.', off)
                : change.said}
        </span>
        {changes.length > 0 && (
          <button
            type="button"
            className="jp-smext-btn"
            onClick={() => {
              change.clear();
              setDrafts({});
            }}
          >
            {trans.__('Discard')}
          </button>
        )}
        <button
          type="submit"
          className="jp-smext-btn jp-mod-accept"
          aria-disabled={
            off !== null ||
            wrong ||
            !changes.length ||
            change.sending ||
            undefined
          }
        >
          {trans.__('Apply')}
        </button>
      </div>
    </form>
  );
}

const MEMBERS: ReadonlyArray<Member> = ['weight', 'count', 'concurrency'];

function variantsOf(resource: IResource): ReadonlyArray<IVariant> {
  const found = resource.definition.ProductionVariants;
  return Array.isArray(found) ? (found as ReadonlyArray<IVariant>) : [];
}

/** What AWS goes over to, or has; undefined for what the variant does not have. */
function wanted(one: IVariant): { [member in Member]?: number } {
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
function differences(
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

function isFit(member: Member, text: string): boolean {
  const number = Number(text);
  return (
    text.trim() !== '' &&
    (member === 'weight'
      ? number >= 0 && Number.isFinite(number)
      : Number.isSafeInteger(number) && number >= 1)
  );
}

/** The row has the instance types in the order of the variants that have instances. */
function runsOn(
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

export default Variants;
