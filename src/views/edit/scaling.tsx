import * as React from 'react';

import { EditRoutes } from '../../api/edits';
import { IVariantScaling } from '../../protocol';
import { IViewProps } from '../../tokens';
import { ProblemCallout } from '../modal/problem';
import { useChange, whyFixed } from './change';

type Member = 'least' | 'most' | 'metric' | 'target' | 'in' | 'out';
type Values = { readonly [member in Member]: string };

/**
 * How one variant scales, as a form.
 */
export function VariantScaling(
  props: IViewProps & {
    scaling: IVariantScaling;
    onChanged: (variants: ReadonlyArray<IVariantScaling>) => void;
  }
): React.ReactElement {
  const { smext, scaling, onChanged, connection, region, kind, id } = props;
  const { api, trans } = smext;
  const [draft, setDraft] = React.useState<Partial<Values>>({});
  const change = useChange();
  const fixed = whyFixed(props);
  const prefix = React.useId();
  const of = { connection, region, kind, id };
  const { variant } = scaling;
  if (scaling.of === null) {
    return (
      <p>
        <b>{variant}</b>{' '}
        <span className="jp-smext-muted">{scaling.why_not}</span>
      </p>
    );
  }
  const known = valuesOf(scaling);
  const values = { ...known, ...draft };
  const scales = scaling.least !== null;
  const wrong = whyWrong(values, trans.__.bind(trans));
  const edited = Object.entries(draft).some(
    ([name, value]) => known[name as Member] !== value
  );
  const send = async (request: Parameters<EditRoutes['changeScaling']>[2]) => {
    const said = request
      ? trans.__('%1 scales now', variant)
      : trans.__('%1 stays as it is from now on', variant);
    await change.send(async () => {
      const answer = await api
        .of(EditRoutes)
        .changeScaling(of, variant, request);
      setDraft({});
      onChanged(answer.variants);
    }, said);
  };
  const submit = () => {
    if (fixed !== null || wrong !== null || (scales && !edited)) {
      return;
    }
    void send({
      least: Number(values.least),
      most: Number(values.most),
      tracking:
        values.metric === ''
          ? null
          : {
              metric: values.metric,
              target: Number(values.target),
              scale_in_cooldown: seconds(values.in),
              scale_out_cooldown: seconds(values.out),
              name: scaling.tracking[0]?.name ?? ''
            }
    });
  };
  const field = (member: Member, label: string, step: number | 'any' = 1) => (
    <label className="jp-smext-edit-field" htmlFor={`${prefix}${member}`}>
      {label}
      <input
        id={`${prefix}${member}`}
        className="jp-smext-input"
        type="number"
        min={0}
        step={step}
        value={values[member]}
        readOnly={fixed !== null || change.sending}
        onChange={event => {
          change.clear();
          setDraft({ ...draft, [member]: event.target.value });
        }}
      />
    </label>
  );
  const concurrency = scaling.of === 'concurrency';
  return (
    <form
      noValidate
      aria-label={trans.__('Automatic scaling of %1', variant)}
      onSubmit={event => {
        event.preventDefault();
        submit();
      }}
    >
      <fieldset className="jp-smext-fieldset">
        <legend>
          {variant}{' '}
          <span className="jp-smext-muted">
            {scales
              ? concurrency
                ? trans.__('scales its provisioned concurrency')
                : trans.__('scales its instances')
              : trans.__('does not scale')}
          </span>
        </legend>
        <div className="jp-smext-edit-fields">
          {field('least', trans.__('At least'))}
          {field('most', trans.__('At most'))}
          <label className="jp-smext-edit-field" htmlFor={`${prefix}metric`}>
            {trans.__('Keep near its target')}
            <select
              id={`${prefix}metric`}
              className="jp-smext-input"
              value={values.metric}
              disabled={fixed !== null || change.sending}
              onChange={event => {
                change.clear();
                setDraft({ ...draft, metric: event.target.value });
              }}
            >
              <option value="">
                {scaling.tracking.length
                  ? trans.__('what the policies say')
                  : trans.__('nothing')}
              </option>
              {scaling.metrics.map(metric => (
                <option key={metric} value={metric}>
                  {inWords(metric)}
                </option>
              ))}
            </select>
          </label>
          {values.metric !== '' && (
            <>
              {field('target', trans.__('Target'), 'any')}
              {field('in', trans.__('Pause before fewer (s)'))}
              {field('out', trans.__('Pause before more (s)'))}
            </>
          )}
        </div>
        {scaling.others.length > 0 && (
          <p className="jp-smext-muted">
            {trans.__(
              'Also scaled by %1: change these in AWS.',
              scaling.others.join(', ')
            )}
          </p>
        )}
      </fieldset>
      {change.problem && (
        <ProblemCallout problem={change.problem} trans={trans} />
      )}
      <div className="jp-smext-line">
        <span role="status" className="jp-smext-muted jp-smext-grow">
          {change.sending
            ? trans.__('Sending…')
            : ((edited ? wrong : null) ??
              (fixed === null
                ? change.said
                : trans.__('It cannot be changed now: %1.', fixed)))}
        </span>
        {scales && (
          <button
            type="button"
            className="jp-smext-btn"
            aria-disabled={fixed !== null || change.sending || undefined}
            onClick={() => fixed === null && void send(null)}
          >
            {trans.__('Do not scale')}
          </button>
        )}
        <button
          type="submit"
          className="jp-smext-btn jp-mod-accept"
          aria-disabled={
            fixed !== null ||
            wrong !== null ||
            (scales && !edited) ||
            change.sending ||
            undefined
          }
        >
          {scales ? trans.__('Apply') : trans.__('Scale')}
        </button>
      </div>
    </form>
  );
}

function valuesOf(scaling: IVariantScaling): Values {
  // One with a metric of its own is kept as it is.
  const tracking = scaling.tracking.find(one => one.metric !== null);
  const text = (value: number | null | undefined) => String(value ?? '');
  const [usual] = scaling.metrics;
  const scales = scaling.least !== null;
  return {
    least: text(scaling.least ?? 1),
    most: text(scaling.most ?? 2),
    metric: tracking?.metric ?? (scales ? '' : (usual ?? '')),
    target: text(tracking?.target ?? (scaling.of === 'concurrency' ? 0.7 : 70)),
    in: text(tracking?.scale_in_cooldown),
    out: text(tracking?.scale_out_cooldown)
  };
}

function whyWrong(values: Values, __: (text: string) => string): string | null {
  const whole = (text: string) =>
    text !== '' && Number.isSafeInteger(Number(text)) && Number(text) >= 0;
  if (!whole(values.least) || !whole(values.most)) {
    return __('At least and at most are whole numbers from 0.');
  }
  if (Number(values.least) > Number(values.most)) {
    return __('At least is more than at most.');
  }
  if (values.metric === '') {
    return null;
  }
  if (!(Number(values.target) > 0)) {
    return __('The target is more than 0.');
  }
  return [values.in, values.out].every(text => text === '' || whole(text))
    ? null
    : __('A pause is a whole number of seconds.');
}

function seconds(text: string): number | null {
  return text === '' ? null : Number(text);
}

/** `SageMakerVariantInvocationsPerInstance` → `Invocations per instance`. */
function inWords(metric: string): string {
  const [first, ...rest] = metric
    .replace(/^SageMakerVariant/, '')
    .split(/(?<=[a-z])(?=[A-Z])/);
  return [first, ...rest.map(word => word.toLowerCase())].join(' ');
}
