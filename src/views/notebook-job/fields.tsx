import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { IInstanceTypes, INotebookJobForm } from '../../protocol';
import { IChoices, imageFor } from './choices';
import { typeWords } from './words';

/** The kernel that a Python notebook gets when none is named. */
const PYTHON = 'python3';

/**
 * A line of text with its name above it; `offered` are values to choose from, others can be typed.
 */
export function TextField(props: {
  name: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
  help?: string;
  offered?: ReadonlyArray<string>;
  placeholder?: string;
  wrong?: string;
}): React.ReactElement {
  const { name, label, value, onChange, help, offered, placeholder, wrong } =
    props;
  const id = `jp-smext-job-${name}`;
  return (
    <div className="jp-smext-field" data-wrong={wrong ? true : undefined}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="jp-smext-input"
        value={value}
        list={offered?.length ? `${id}-offered` : undefined}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        aria-invalid={wrong ? true : undefined}
        aria-describedby={`${id}-help`}
        onChange={event => onChange(event.target.value)}
      />
      {offered && offered.length > 0 && (
        <datalist id={`${id}-offered`}>
          {offered.map(one => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
      <p
        id={`${id}-help`}
        className={wrong ? 'jp-smext-field-error' : 'jp-smext-field-help'}
      >
        {wrong ?? help}
      </p>
    </div>
  );
}

/**
 * The instance type, with what it has and costs.
 */
export function TypeField(props: {
  types: IInstanceTypes;
  choices: IChoices;
  trans: TranslationBundle;
  onChange: (more: Partial<IChoices>) => void;
}): React.ReactElement {
  const { types, choices, trans, onChange } = props;
  const select = React.useRef<HTMLSelectElement>(null);
  React.useEffect(() => select.current?.focus(), []);
  const known = types.types.some(type => type.name === choices.instance_type);
  const help = !types.charged
    ? trans.__(
        'The local engine runs it on this machine, within the vCPU and memory of the type, and costs nothing.'
      )
    : types.prices_problem
      ? trans.__('No prices: %1', types.prices_problem.title)
      : '';
  return (
    <>
      <div className="jp-smext-field">
        <label htmlFor="jp-smext-job-type">{trans.__('Instance type')}</label>
        <select
          id="jp-smext-job-type"
          ref={select}
          className="jp-smext-input"
          value={choices.instance_type}
          aria-describedby="jp-smext-job-type-help"
          onChange={event => onChange({ instance_type: event.target.value })}
        >
          {!known && <option>{choices.instance_type}</option>}
          {types.types.map(type => (
            <option key={type.name} value={type.name}>
              {typeWords(type, types.charged, trans)}
            </option>
          ))}
        </select>
        <p id="jp-smext-job-type-help" className="jp-smext-field-help">
          {help}
        </p>
      </div>
      <div className="jp-smext-field">
        <label className="jp-smext-check">
          <input
            type="checkbox"
            checked={choices.spot}
            aria-describedby="jp-smext-job-spot-help"
            onChange={event => onChange({ spot: event.target.checked })}
          />
          <span>{trans.__('Managed spot')}</span>
        </label>
        <p id="jp-smext-job-spot-help" className="jp-smext-field-help">
          {trans.__(
            'For less, when AWS has it to spare. After an interruption the notebook begins again at its first cell.'
          )}
        </p>
      </div>
    </>
  );
}

/**
 * What few change: image, kernel, place in S3, bounds.
 */
export function Advanced(props: {
  form: INotebookJobForm;
  types: IInstanceTypes;
  choices: IChoices;
  wrong: { readonly [name: string]: string };
  trans: TranslationBundle;
  onChange: (more: Partial<IChoices>) => void;
}): React.ReactElement {
  const { form, types, choices, wrong, trans, onChange } = props;
  const type = types.types.find(one => one.name === choices.instance_type);
  const image = imageFor(form, type);
  const isWrong = Object.keys(wrong).some(name => name !== 'role');
  return (
    <details
      className="jp-smext-job-advanced"
      open={isWrong || (!image && !choices.image) || undefined}
    >
      <summary>{trans.__('Image, storage and limits')}</summary>
      <div className="jp-smext-form">
        <TextField
          name="image"
          label={trans.__('Image')}
          help={
            choices.image
              ? trans.__('Any image that runs scripts by sagemaker-training')
              : image
                ? trans.__('Without one: %1', image.label)
                : trans.__('None is known for this type in this region')
          }
          placeholder={image?.uri}
          offered={form.images.map(one => one.uri)}
          value={choices.image}
          onChange={image => onChange({ image })}
        />
        <TextField
          name="kernel"
          label={trans.__('Kernel')}
          help={trans.__('Its name in the image; without one, python3')}
          placeholder={PYTHON}
          value={choices.kernel}
          onChange={kernel => onChange({ kernel })}
        />
        <TextField
          name="s3"
          label={trans.__('Place in S3')}
          help={trans.__(
            'For the folder and the results, which stay there. The default bucket is created when it is missing.'
          )}
          wrong={wrong.s3_uri}
          value={choices.s3_uri}
          onChange={s3_uri => onChange({ s3_uri })}
        />
        <TextField
          name="hours"
          label={trans.__('Ended after (hours)')}
          help={
            choices.spot
              ? trans.__('It waits for an instance as long again at most')
              : undefined
          }
          wrong={wrong.hours}
          value={choices.hours}
          onChange={hours => onChange({ hours })}
        />
        <TextField
          name="volume"
          label={trans.__('Volume (GiB)')}
          wrong={wrong.volume_gib}
          value={choices.volume_gib}
          onChange={volume_gib => onChange({ volume_gib })}
        />
      </div>
    </details>
  );
}
