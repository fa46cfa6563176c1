import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { IModelParameter } from '../../../protocol';
import { MoreFields } from './common-fields';
import { IDeployChoices, VARIABLE } from './deploy-choices';
import { IWrong } from './entries';
import { CheckField, TextField } from './field';
import { ParameterFields } from './parameter-fields';

/**
 * What few change of a deployment.
 */
export function DeployAdvanced(props: {
  choices: IDeployChoices;
  environment: ReadonlyArray<IModelParameter>;
  wrong: IWrong;
  trans: TranslationBundle;
  onChange: (change: Partial<IDeployChoices>) => void;
}): React.ReactElement {
  const { choices, environment, wrong, trans, onChange } = props;
  const serverless = choices.mode === 'serverless';
  return (
    <details className="jp-smext-advanced">
      <summary>
        {environment.length > 0
          ? trans.__('Scaling, network, encryption, tags, environment')
          : trans.__('Scaling, network, encryption, tags')}
      </summary>
      <div className="jp-smext-form">
        {choices.mode === 'real-time' && (
          <CheckField
            label={trans.__('Scale by itself')}
            checked={choices.scales}
            onChange={scales => onChange({ scales })}
          />
        )}
        {choices.mode === 'real-time' && choices.scales && (
          <>
            <div className="jp-smext-two">
              <TextField
                label={trans.__('At least')}
                numeric
                value={choices.least}
                wrong={wrong.least}
                onChange={least => onChange({ least })}
              />
              <TextField
                label={trans.__('At most')}
                numeric
                value={choices.most}
                wrong={wrong.most}
                onChange={most => onChange({ most })}
              />
            </div>
            <TextField
              label={trans.__('Calls a minute for each instance')}
              numeric
              value={choices.invocations}
              wrong={wrong.invocations}
              onChange={invocations => onChange({ invocations })}
            />
          </>
        )}
        {choices.mode === 'real-time' && (
          <CheckField
            label={trans.__('As an inference component')}
            help={trans.__('Other models can then share its instances')}
            checked={choices.component}
            onChange={component => onChange({ component })}
          />
        )}
        <MoreFields
          choices={choices}
          network={!serverless}
          wrong={wrong}
          trans={trans}
          onChange={onChange}
        />
        <CheckField
          label={trans.__('Keep what was made when it fails')}
          help={trans.__('Else a deployment that fails leaves nothing behind')}
          checked={choices.keep_failed}
          onChange={keep_failed => onChange({ keep_failed })}
        />
        {environment.length > 0 && (
          <fieldset className="jp-smext-fieldset">
            <legend>{trans.__('Environment')}</legend>
            <ParameterFields
              parameters={environment}
              values={choices.environment}
              wrong={wrong}
              prefix={VARIABLE}
              trans={trans}
              onChange={environment => onChange({ environment })}
            />
          </fieldset>
        )}
      </div>
    </details>
  );
}
