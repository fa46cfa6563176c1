import { UUID } from '@lumino/coreutils';
import * as React from 'react';

import { problemOf } from '../../../api';
import { useStore } from '../../../hooks';
import {
  IFineTuneRequest,
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
import { DataFields } from './data-fields';
import { mustAccept } from './deploy-choices';
import { freshName } from './entries';
import { CheckField, SelectField, TextField } from './field';
import {
  firstFineTune,
  IFineTuneChoices,
  readFineTune
} from './fine-tune-choices';
import { FormButtons } from './form-buttons';
import { MoreFields } from './more-fields';
import { ParameterFields } from './parameter-fields';
import { IStart } from './start';
import { aboutType, typeOptions } from './types';

/**
 * Train a model on data of one's own.
 */
export function FineTuneForm(props: {
  page: IModelPage;
  id: IModelId;
  smext: ISmext;
  types: IAnswer<IInstanceTypes>;
  start: IStart;
  onBegun: (launch: ILaunch) => void;
}): React.ReactElement {
  const { page, id, smext, types, start, onBegun } = props;
  const { api, store, trans } = smext;
  useStore(store);
  const heading = React.useId();
  const [choices, setChoices] = React.useState<IFineTuneChoices>(() =>
    firstFineTune(page, start.role, start.output, start.lastFineTune)
  );
  const [tried, setTried] = React.useState(false);
  const [sending, setSending] = React.useState(false);
  const [problem, setProblem] = React.useState<IProblem | null>(null);
  const sent = React.useRef<{ what: string; key: string } | null>(null);

  const { request, wrong } = readFineTune(choices, page, id, trans);
  const isWrong = Object.keys(wrong).length > 0;
  const check = useCheck<IFineTuneRequest>(isWrong ? null : request, asked =>
    api.checkFineTune(asked)
  );
  const why =
    whyNothing(store.connectionOf(id.connection), null, trans) ??
    (check.value?.problems.length ? trans.__('See above') : null);
  const change = (change: Partial<IFineTuneChoices>) =>
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
      onBegun(await api.fineTune({ ...request, key }));
      setTried(false);
      change({ job: freshName(id.id) });
    } catch (error) {
      setProblem(problemOf(error));
    }
    setSending(false);
  };

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
        {trans.__('Fine-tune')}
      </h2>
      <DataFields
        choices={choices}
        page={page}
        request={request}
        wrong={shown}
        smext={smext}
        onChange={change}
      />
      <ParameterFields
        parameters={page.hyperparameters}
        values={choices.hyperparameters}
        wrong={wrong}
        prefix="hyperparameter "
        trans={trans}
        onChange={hyperparameters => change({ hyperparameters })}
      />
      <TextField
        label={trans.__('Job name')}
        value={choices.job}
        wrong={wrong.job}
        onChange={job => change({ job })}
      />
      <div className="jp-smext-two">
        <SelectField
          label={trans.__('Instance type')}
          value={choices.instance_type}
          options={typeOptions(
            page.training_instance_types,
            page.training_instance_type,
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
      <TextField
        label={trans.__('Role')}
        help={
          start.roles.length
            ? trans.__('What the job may read and write in AWS')
            : start.roleHelp
        }
        offered={start.roles}
        value={choices.role}
        wrong={shown.role}
        onChange={role => change({ role })}
      />
      <TextField
        label={trans.__('Results go to')}
        placeholder={trans.__('s3://…')}
        value={choices.output}
        wrong={shown.output}
        onChange={output => change({ output })}
      />
      <CheckField
        label={trans.__('Managed spot')}
        help={trans.__('For less, when AWS has it to spare')}
        checked={choices.spot}
        onChange={spot => change({ spot })}
      />
      <details className="jp-smext-advanced">
        <summary>{trans.__('Limits, network, encryption, tags')}</summary>
        <div className="jp-smext-form">
          <div className="jp-smext-two">
            <TextField
              label={trans.__('Ended after (hours)')}
              numeric
              value={choices.hours}
              wrong={wrong.hours}
              onChange={hours => change({ hours })}
            />
            <TextField
              label={trans.__('Volume (GiB)')}
              numeric
              value={choices.volume_gib}
              wrong={wrong.volume_gib}
              onChange={volume_gib => change({ volume_gib })}
            />
          </div>
          <MoreFields
            more={choices.more}
            wrong={wrong}
            network
            trans={trans}
            onChange={more => change({ more })}
          />
        </div>
      </details>
      {mustAccept(page) && (
        <CheckField
          label={trans.__('I have read the licence and accept it')}
          checked={choices.accept_eula}
          wrong={shown.accept_eula}
          onChange={accept_eula => change({ accept_eula })}
        />
      )}
      <Checks answer={check} asked={!isWrong} stays={false} trans={trans} />
      {problem && <ProblemCallout problem={problem} trans={trans} />}
      <FormButtons
        action={trans.__('Start training')}
        sending={sending}
        why={why}
        request={{ fine_tune: request }}
        start={start}
        model={id.id}
        smext={smext}
        onFill={form =>
          form.fine_tune &&
          setChoices(
            firstFineTune(page, start.role, start.output, form.fine_tune)
          )
        }
      />
    </form>
  );
}
