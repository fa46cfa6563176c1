import { UUID } from '@lumino/coreutils';
import * as React from 'react';

import { problemOf } from '../../../api';
import { useStore } from '../../../hooks';
import {
  IDeployRequest,
  IInstanceTypes,
  ILaunch,
  IModelPage,
  IProblem
} from '../../../protocol';
import { whyNothing } from '../../../store';
import { IModelId, ISmext } from '../../../tokens';
import { IAnswer } from '../../answer';
import { ProblemCallout } from '../../modal/problem';
import { Checks, useCheck } from './checked';
import { DeployAdvanced } from './deploy-advanced';
import {
  configOf,
  firstDeploy,
  IDeployChoices,
  MEMORY,
  mustAccept,
  readDeploy
} from './deploy-choices';
import { freshName } from './entries';
import { CheckField, SegmentField, SelectField, TextField } from './field';
import { IStart } from './start';
import { FormButtons } from './form-buttons';
import { aboutType, typeOptions } from './types';

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
  /** The one whose result is to be deployed. */
  wanted: string | null;
  onBegun: (launch: ILaunch) => void;
}): React.ReactElement {
  const { page, id, smext, types, start, tuned, wanted, onBegun } = props;
  const { api, store, trans } = smext;
  useStore(store);
  const heading = React.useId();
  const [choices, setChoices] = React.useState<IDeployChoices>(() =>
    firstDeploy(page, start.role, start.lastDeploy)
  );
  const [tried, setTried] = React.useState(false);
  const [sending, setSending] = React.useState(false);
  const [problem, setProblem] = React.useState<IProblem | null>(null);
  const sent = React.useRef<{ what: string; key: string } | null>(null);
  React.useEffect(() => {
    if (wanted !== null) {
      setChoices(before => ({
        ...before,
        tuned: wanted,
        endpoint: freshName(wanted)
      }));
    }
  }, [wanted]);

  const { request, wrong } = readDeploy(choices, page, id, trans);
  const isWrong = Object.keys(wrong).length > 0;
  const check = useCheck<IDeployRequest>(isWrong ? null : request, asked =>
    api.checkDeploy(asked)
  );
  const why =
    whyNothing(store.connectionOf(id.connection), null, trans) ??
    (check.value?.problems.length ? trans.__('See above') : null);
  const change = (change: Partial<IDeployChoices>) =>
    setChoices(before => ({ ...before, ...change }));
  const shown = tried ? wrong : {};

  const send = async () => {
    setTried(true);
    if (isWrong || why !== null || sending) {
      return;
    }
    setSending(true);
    setProblem(null);
    try {
      // Sent again after an answer that was lost, it is the launch that was begun then.
      const what = JSON.stringify(request);
      if (sent.current?.what !== what) {
        sent.current = { what, key: UUID.uuid4() };
      }
      const { key } = sent.current;
      onBegun(await api.deploy({ ...request, key }));
      setTried(false);
      change({ endpoint: freshName(choices.tuned || id.id) });
    } catch (error) {
      setProblem(problemOf(error));
    }
    setSending(false);
  };

  const config = configOf(page, choices.config);
  return (
    <form
      className="jp-smext-form jp-smext-launch"
      aria-labelledby={heading}
      noValidate
      onSubmit={event => {
        event.preventDefault();
        void send();
      }}
    >
      <h2 className="jp-smext-h2" id={heading}>
        {trans.__('Deploy')}
      </h2>
      <TextField
        label={trans.__('Endpoint name')}
        value={choices.endpoint}
        wrong={wrong.endpoint}
        onChange={endpoint => change({ endpoint })}
      />
      {(tuned.length > 0 || choices.tuned) && (
        <SelectField
          label={trans.__('Model')}
          value={choices.tuned}
          options={[
            ['', trans.__('As it is published')],
            ...tuned.map(job => [job, trans.__('Tuned by %1', job)] as const)
          ]}
          onChange={job => change({ tuned: job })}
        />
      )}
      {page.configs.length > 1 && (
        <SelectField
          label={trans.__('Configuration')}
          value={choices.config}
          options={page.configs.map(({ name }) => [name, name] as const)}
          onChange={name =>
            change({
              config: name,
              instance_type:
                configOf(page, name)?.instance_type ?? choices.instance_type
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
      {choices.mode === 'serverless' ? (
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
      ) : (
        <div className="jp-smext-two">
          <SelectField
            label={trans.__('Instance type')}
            value={choices.instance_type}
            options={typeOptions(
              config?.instance_types ?? page.model.instance_types,
              config?.instance_type ?? page.model.instance_type,
              trans
            )}
            help={aboutType(choices.instance_type, types.value, trans)}
            wrong={shown.instance_type}
            onChange={instance_type => change({ instance_type })}
          />
          <TextField
            label={trans.__('Count')}
            numeric
            value={choices.count}
            wrong={wrong.count}
            onChange={count => change({ count })}
          />
        </div>
      )}
      {choices.mode === 'async' && (
        <TextField
          label={trans.__('Answers go to')}
          placeholder={trans.__('s3://…')}
          value={choices.output}
          wrong={shown.output}
          onChange={output => change({ output })}
        />
      )}
      <TextField
        label={trans.__('Role')}
        help={
          start.roles.length
            ? trans.__('What the model may read and write in AWS')
            : start.roleHelp
        }
        offered={start.roles}
        value={choices.role}
        wrong={shown.role}
        onChange={role => change({ role })}
      />
      <DeployAdvanced
        choices={choices}
        environment={config?.environment ?? []}
        wrong={wrong}
        trans={trans}
        onChange={change}
      />
      {mustAccept(page) && (
        <CheckField
          label={trans.__('I have read the licence and accept it')}
          checked={choices.accept_eula}
          wrong={shown.accept_eula}
          onChange={accept_eula => change({ accept_eula })}
        />
      )}
      <Checks
        answer={check}
        asked={!isWrong}
        stays={choices.mode !== 'serverless'}
        trans={trans}
      />
      {problem && <ProblemCallout problem={problem} trans={trans} />}
      <FormButtons
        action={trans.__('Deploy')}
        sending={sending}
        why={why}
        request={{ deploy: request }}
        start={start}
        model={id.id}
        smext={smext}
        onFill={form =>
          form.deploy && setChoices(firstDeploy(page, start.role, form.deploy))
        }
      />
    </form>
  );
}
