import * as React from 'react';

import { LaunchRoutes } from '../../../api/launches';
import {
  IDeployRequest,
  IInstanceTypes,
  ILaunch,
  IModelPage
} from '../../../protocol';
import { IModelId, ISmext } from '../../../tokens';
import { IAnswer } from '../../answer';
import { pricedByMonth } from './checked';
import { ConfigField, TypeFields } from './common-fields';
import { DeployAdvanced } from './deploy-advanced';
import {
  configOf,
  firstDeploy,
  IDeployChoices,
  MEMORY,
  readDeploy,
  variablesOf
} from './deploy-choices';
import { freshName } from './entries';
import { SegmentField, SelectField, TextField } from './field';
import { LaunchForm, useLaunchForm } from './launch-form';
import { RoleField } from './role-field';
import { IStart } from './start';
import { TunedField } from './tuned-field';

/**
 * Deploy a model to an endpoint.
 */
export function DeployForm(props: {
  page: IModelPage;
  id: IModelId;
  smext: ISmext;
  types: IAnswer<IInstanceTypes>;
  start: IStart;
  /** The training jobs that tuned this model. */
  tuned: ReadonlyArray<string>;
  /** The one whose result is to be deployed, a new object each time that it is asked for. */
  wanted: { readonly job: string } | null;
  onBegun: (launch: ILaunch) => void;
}): React.ReactElement {
  const { page, id, smext, types, start, tuned, wanted, onBegun } = props;
  const { api, trans } = smext;
  const form = useLaunchForm<IDeployChoices, IDeployRequest>({
    id,
    smext,
    first: () => firstDeploy(page, start.role, start.output, start.lastDeploy),
    read: choices => readDeploy(choices, page, id, trans),
    check: request => api.of(LaunchRoutes).checkDeploy(request),
    send: request => api.of(LaunchRoutes).deploy(request),
    onBegun
  });
  const { choices, change, wrong, shown } = form;
  React.useEffect(() => {
    if (wanted !== null) {
      change({ tuned: wanted.job, name: freshName(wanted.job) });
    }
  }, [wanted]);
  const config = configOf(page, choices.config);
  const serverless = choices.mode === 'serverless';
  return (
    <LaunchForm
      title={trans.__('Deploy')}
      action={trans.__('Deploy')}
      form={form}
      page={page}
      id={id}
      smext={smext}
      start={start}
      request={{ deploy: form.request, fine_tune: null }}
      why={null}
      priced={serverless ? [] : pricedByMonth(trans)}
      onFill={({ deploy }) =>
        deploy && form.fill(firstDeploy(page, start.role, start.output, deploy))
      }
    >
      <TextField
        label={trans.__('Endpoint name')}
        value={choices.name}
        wrong={wrong.name}
        onChange={name => change({ name })}
      />
      {(page.training || choices.tuned) && (
        <TunedField
          value={choices.tuned}
          tuned={tuned}
          wrong={shown.tuned}
          trans={trans}
          onChange={job => change({ tuned: job })}
        />
      )}
      {page.configs.length > 1 && (
        <ConfigField
          value={choices.config}
          names={page.configs.map(({ name }) => name)}
          trans={trans}
          onChange={name =>
            change({
              config: name,
              instance_type:
                configOf(page, name)?.instance_type ?? choices.instance_type,
              // What was set is another container's.
              environment: {}
            })
          }
        />
      )}
      <SegmentField
        label={trans.__('Endpoint')}
        value={choices.mode}
        options={[
          ['real-time', trans.__('Real-time')],
          ['serverless', trans.__('Serverless')],
          ['async', trans.__('Asynchronous')]
        ]}
        onChange={mode => change({ mode })}
      />
      {serverless ? (
        <>
          <div className="jp-smext-two">
            <SelectField
              label={trans.__('Memory')}
              value={choices.memory_mb}
              options={MEMORY.map(
                size => [String(size), trans.__('%1 GB', size / 1024)] as const
              )}
              onChange={memory_mb => change({ memory_mb })}
            />
            <TextField
              label={trans.__('Calls at a time')}
              numeric
              value={choices.concurrency}
              wrong={wrong.concurrency}
              onChange={concurrency => change({ concurrency })}
            />
          </div>
          <p className="jp-smext-field-help">
            {trans.__(
              'Charged by the time that calls take, and by their bytes; it costs nothing between them.'
            )}
          </p>
        </>
      ) : (
        <TypeFields
          choices={choices}
          supported={config?.instance_types ?? page.model.instance_types}
          usual={config?.instance_type ?? page.model.instance_type}
          types={types.value}
          wrong={wrong}
          shown={shown}
          trans={trans}
          onChange={change}
        />
      )}
      {choices.mode === 'async' && (
        <TextField
          label={trans.__('Answers go to')}
          placeholder={trans.__('s3://…')}
          value={choices.output}
          wrong={choices.output ? wrong.output : shown.output}
          onChange={output => change({ output })}
        />
      )}
      <RoleField
        help={trans.__('What the model may read and write in AWS')}
        value={choices.role}
        wrong={shown.role}
        id={id}
        start={start}
        smext={smext}
        onChange={role => change({ role })}
      />
      <DeployAdvanced
        choices={choices}
        environment={variablesOf(config, choices.instance_type)}
        wrong={wrong}
        trans={trans}
        onChange={change}
      />
    </LaunchForm>
  );
}
