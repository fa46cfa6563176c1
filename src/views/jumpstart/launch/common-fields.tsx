import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { IInstanceTypes } from '../../../protocol';
import { ICommonChoices } from './common-choices';
import { IWrong } from './entries';
import { LinesField, SelectField, TextField } from './field';
import { aboutType, typeOptions } from './types';

type Change = (change: Partial<ICommonChoices>) => void;

/**
 * One of the ways in which a model is hosted or trained, the first one being the document's.
 */
export function ConfigField(props: {
  value: string;
  names: ReadonlyArray<string>;
  trans: TranslationBundle;
  onChange: (name: string) => void;
}): React.ReactElement {
  const { value, names, trans, onChange } = props;
  return (
    <SelectField
      label={trans.__('Configuration')}
      help={trans.__('Each has a container and instance types of its own')}
      value={value}
      options={names.map(
        (name, index) =>
          [name, index === 0 ? trans.__('%1 (default)', name) : name] as const
      )}
      onChange={onChange}
    />
  );
}

/**
 * On what it runs, and on how many of it; quota and price stand beside each type.
 */
export function TypeFields(props: {
  choices: ICommonChoices;
  supported: ReadonlyArray<string>;
  usual: string | null;
  types: IInstanceTypes | null;
  wrong: IWrong;
  shown: IWrong;
  trans: TranslationBundle;
  onChange: Change;
}): React.ReactElement {
  const { choices, supported, usual, types, trans, onChange } = props;
  return (
    <div className="jp-smext-type-count">
      <SelectField
        label={trans.__('Instance type')}
        value={choices.instance_type}
        options={typeOptions(supported, usual, types, trans)}
        help={aboutType(choices.instance_type, types, trans)}
        wrong={props.shown.instance_type}
        onChange={instance_type => onChange({ instance_type })}
      />
      <TextField
        label={trans.__('Count')}
        numeric
        value={choices.count}
        wrong={props.wrong.count}
        onChange={count => onChange({ count })}
      />
    </div>
  );
}

/**
 * Network, encryption and tags.
 */
export function MoreFields(props: {
  choices: ICommonChoices;
  network: boolean;
  wrong: IWrong;
  trans: TranslationBundle;
  onChange: Change;
}): React.ReactElement {
  const { choices, network, wrong, trans, onChange } = props;
  return (
    <>
      {network && (
        <div className="jp-smext-two">
          <TextField
            label={trans.__('Subnets')}
            placeholder={trans.__('subnet-…')}
            value={choices.subnets}
            wrong={wrong.subnets}
            onChange={subnets => onChange({ subnets })}
          />
          <TextField
            label={trans.__('Security groups')}
            placeholder={trans.__('sg-…')}
            value={choices.groups}
            wrong={wrong.groups}
            onChange={groups => onChange({ groups })}
          />
        </div>
      )}
      <TextField
        label={trans.__('KMS key')}
        help={trans.__('For its storage; without one, a key of AWS’s')}
        value={choices.key}
        onChange={key => onChange({ key })}
      />
      <LinesField
        label={trans.__('Tags')}
        placeholder={trans.__('key=value')}
        help={trans.__('One in a line')}
        value={choices.tags}
        wrong={wrong.tags}
        onChange={tags => onChange({ tags })}
      />
    </>
  );
}
