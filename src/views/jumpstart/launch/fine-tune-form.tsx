import * as React from 'react';

import { LaunchRoutes } from '../../../api/launches';
import {
  IFineTuneRequest,
  IInstanceTypes,
  ILaunch,
  IModelPage
} from '../../../protocol';
import { IModelId, ISmext } from '../../../tokens';
import { IAnswer } from '../../answer';
import { Browse } from './browse';
import { pricedByRun } from './checked';
import { ConfigField, MoreFields, TypeFields } from './common-fields';
import { DataFields, useData, whyNotData } from './data-fields';
import { CheckField, TextField } from './field';
import {
  firstFineTune,
  HYPERPARAMETER,
  hyperparametersOf,
  IFineTuneChoices,
  readFineTune,
  trainedAs,
  usualType
} from './fine-tune-choices';
import { LaunchForm, useLaunchForm } from './launch-form';
import { ParameterFields } from './parameter-fields';
import { RoleField } from './role-field';
import { IStart } from './start';

/**
 * Train a model on data of one's own.
 */
export function FineTuneForm(props: {
  page: IModelPage;
  id: IModelId;
  smext: ISmext;
  types: IAnswer<IInstanceTypes>;
  start: IStart;
  browse: Browse | null;
  onBegun: (launch: ILaunch) => void;
}): React.ReactElement {
  const { page, id, smext, types, start, browse, onBegun } = props;
  const { api, trans } = smext;
  const form = useLaunchForm<IFineTuneChoices, IFineTuneRequest>({
    id,
    smext,
    first: () =>
      firstFineTune(page, start.role, start.output, start.lastFineTune),
    read: choices => readFineTune(choices, page, id, trans),
    check: request => api.of(LaunchRoutes).checkFineTune(request),
    send: request => api.of(LaunchRoutes).fineTune(request),
    onBegun
  });
  const { choices, change, wrong, shown, request } = form;
  const trained = trainedAs(page, choices.config);
  const data = useData(request, wrong, smext);
  return (
    <LaunchForm
      title={trans.__('Fine-tune')}
      action={trans.__('Start training')}
      form={form}
      page={page}
      id={id}
      smext={smext}
      start={start}
      request={{ deploy: null, fine_tune: request }}
      why={whyNotData(data, choices, trans)}
      priced={pricedByRun(request.max_seconds / 3600, choices.spot, trans)}
      onFill={({ fine_tune: tune }) =>
        tune && form.fill(firstFineTune(page, start.role, start.output, tune))
      }
    >
      {page.training_configs.length > 1 && (
        <ConfigField
          value={choices.config}
          names={page.training_configs.map(({ name }) => name)}
          trans={trans}
          onChange={config => {
            const chosen = trainedAs(page, config);
            change({
              config,
              instance_type: usualType(chosen) ?? choices.instance_type,
              volume_gib: String(chosen.training_volume_gib ?? ''),
              // What was set is of another way to train.
              hyperparameters: {},
              ...(choices.source === 'default' &&
              chosen.default_dataset === null
                ? { source: 'folder' }
                : {})
            });
          }}
        />
      )}
      <DataFields
        choices={choices}
        page={trained}
        data={data}
        wrong={wrong}
        shown={shown}
        browse={browse}
        trans={trans}
        onChange={change}
      />
      <ParameterFields
        parameters={hyperparametersOf(trained, choices.instance_type)}
        values={choices.hyperparameters}
        wrong={wrong}
        prefix={HYPERPARAMETER}
        trans={trans}
        onChange={hyperparameters => change({ hyperparameters })}
      />
      <TextField
        label={trans.__('Job name')}
        value={choices.name}
        wrong={wrong.name}
        onChange={name => change({ name })}
      />
      <TypeFields
        choices={choices}
        supported={trained.training_instance_types}
        usual={trained.training_instance_type}
        types={types.value}
        wrong={wrong}
        shown={shown}
        trans={trans}
        onChange={change}
      />
      <RoleField
        help={trans.__('What the job may read and write in AWS')}
        value={choices.role}
        wrong={shown.role}
        id={id}
        start={start}
        smext={smext}
        onChange={role => change({ role })}
      />
      <TextField
        label={trans.__('Results go to')}
        placeholder={trans.__('s3://…')}
        value={choices.output}
        wrong={choices.output ? wrong.output : shown.output}
        onChange={output => change({ output })}
      />
      <CheckField
        label={trans.__('Managed spot')}
        help={trans.__('For less, when AWS has it to spare')}
        checked={choices.spot}
        onChange={spot => change({ spot })}
      />
      <div className="jp-smext-two">
        <TextField
          label={trans.__('Ended after (hours)')}
          numeric
          value={choices.hours}
          wrong={wrong.hours}
          onChange={hours => change({ hours })}
        />
        {choices.spot && (
          <TextField
            label={trans.__('Waits at most (hours)')}
            help={trans.__('The run included')}
            numeric
            placeholder={
              wrong.hours ? undefined : String(2 * Number(choices.hours))
            }
            value={choices.wait_hours}
            wrong={wrong.wait_hours}
            onChange={wait_hours => change({ wait_hours })}
          />
        )}
        <TextField
          label={trans.__('Volume (GiB)')}
          numeric
          value={choices.volume_gib}
          wrong={wrong.volume_gib}
          onChange={volume_gib => change({ volume_gib })}
        />
      </div>
      <details className="jp-smext-advanced">
        <summary>{trans.__('Network, encryption, tags')}</summary>
        <div className="jp-smext-form">
          <MoreFields
            choices={choices}
            network
            wrong={wrong}
            trans={trans}
            onChange={change}
          />
        </div>
      </details>
    </LaunchForm>
  );
}
