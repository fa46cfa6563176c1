import * as React from 'react';

import { ResourceRoutes } from '../../api/resources';
import { IVariantScaling } from '../../protocol';
import { whyNot } from '../../store';
import { IViewProps } from '../../tokens';
import { ProblemCallout } from '../modal/problem';
import { useChange, whyFixed } from './change';
import {
  differences,
  isFit,
  IVariant,
  Member,
  MEMBERS,
  runsOn,
  wanted
} from './variant';

/** What it sends. */
const WEIGHTS = 'UpdateEndpointWeightsAndCapacities';

type Draft = { readonly [member in Member]?: string };
type Drafts = { readonly [variant: string]: Draft };

/**
 * The variants of an endpoint as a form: their weights, numbers of instances and concurrency.
 */
export function Weights(
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
