import { UUID } from '@lumino/coreutils';
import * as React from 'react';

import { problemOf } from '../../api';
import { IconButton } from '../../components/button';
import { xIcon } from '../../components/icons';
import { useStore } from '../../hooks';
import {
  IInstanceTypes,
  INotebookJob,
  INotebookJobForm,
  IProblem
} from '../../protocol';
import { ISmext } from '../../tokens';
import { ProblemCallout } from '../modal/problem';
import { Advanced, TextField, TypeField } from './fields';
import { firstChoices, IChoices, memoryOf } from './choices';
import { ParameterFields } from './parameter-fields';
import { changedParameters, Entry } from './parameters';
import { FolderNote } from './folder-note';
import { notebookName } from './words';

const FORM_ID = 'jp-smext-job-form';

interface ILoaded {
  readonly form: INotebookJobForm;
  readonly types: IInstanceTypes;
}

/**
 * Choose how a notebook is run as a job, and begin it.
 */
export function JobForm(props: {
  smext: ISmext;
  path: string;
  titleId: string;
  /** Bring the file up to date: the job gets what is saved. */
  save: () => Promise<void>;
  onClose: (begun: INotebookJob | null) => void;
}): React.ReactElement {
  const { smext, path, save, onClose } = props;
  const { api, store, trans } = smext;
  useStore(store);
  const { connection } = store;
  const [chosenRegion, setRegion] = React.useState<string | null>(null);
  const region = chosenRegion ?? store.regions[0];
  const [loaded, setLoaded] = React.useState<ILoaded | null>(null);
  const [problem, setProblem] = React.useState<IProblem | null>(null);
  const [attempt, setAttempt] = React.useState(0);
  const [choices, setChoices] = React.useState<IChoices | null>(null);
  const [entries, setEntries] = React.useState<{ [name: string]: Entry }>({});
  const [tried, setTried] = React.useState(false);
  const [sending, setSending] = React.useState(false);
  const sent = React.useRef<{ what: string; key: string } | null>(null);

  React.useEffect(() => {
    if (connection === null || !region) {
      return;
    }
    let wanted = true;
    setLoaded(null);
    setProblem(null);
    void save()
      .then(() =>
        Promise.all([
          api.notebookJobForm(connection, region, path),
          api.instanceTypes(connection, region, 'training')
        ])
      )
      .then(([form, types]) => {
        if (wanted) {
          setLoaded({ form, types });
          setChoices(firstChoices(form, memoryOf(connection, region).load()));
        }
      })
      .catch(error => wanted && setProblem(problemOf(error)));
    return () => {
      wanted = false;
    };
  }, [api, connection, region, path, attempt]);

  const read = loaded
    ? changedParameters(loaded.form.parameters, entries, trans)
    : { values: {}, wrong: {} };
  const hours = Number(choices?.hours);
  const volume = Number(choices?.volume_gib);
  const wrong: { [name: string]: string } = {
    ...(choices?.role ? {} : { role: trans.__('SageMaker runs it as a role') }),
    ...(choices?.s3_uri ? {} : { s3_uri: trans.__('A place in S3') }),
    ...(hours > 0 ? {} : { hours: trans.__('More than 0') }),
    ...(Number.isInteger(volume) && volume > 0
      ? {}
      : { volume_gib: trans.__('A whole number of GiB') })
  };
  const isWrong =
    Object.keys(wrong).length + Object.keys(read.wrong).length > 0;

  const send = async () => {
    setTried(true);
    if (!loaded || !choices || connection === null || isWrong || sending) {
      return;
    }
    setSending(true);
    setProblem(null);
    try {
      const request = {
        connection,
        region,
        path,
        instance_type: choices.instance_type,
        role: choices.role.trim(),
        s3_uri: choices.s3_uri.trim(),
        image: choices.image.trim() || null,
        parameters: read.values,
        spot: choices.spot,
        max_seconds: Math.max(1, Math.round(3600 * hours)),
        volume_gib: volume,
        kernel: choices.kernel.trim() || null
      };
      // Sent again after an answer that was lost, it is the job that was begun then.
      const what = JSON.stringify(request);
      if (sent.current?.what !== what) {
        sent.current = { what, key: UUID.uuid4() };
      }
      const begun = await api.runNotebookJob({
        ...request,
        key: sent.current.key
      });
      memoryOf(connection, region).save(choices);
      onClose(begun);
    } catch (error) {
      setProblem(problemOf(error));
      setSending(false);
    }
  };
  const change = (more: Partial<IChoices>) =>
    setChoices(before => before && { ...before, ...more });

  return (
    <>
      <header className="jp-smext-modal-head">
        <h2 id={props.titleId} className="jp-smext-grow">
          {trans.__('Run %1 as a job', notebookName(path))}
        </h2>
        <IconButton
          icon={xIcon}
          label={trans.__('Close')}
          onClick={() => onClose(null)}
        />
      </header>
      <div className="jp-smext-modal-body">
        {!loaded && !problem && (
          <p role="status" className="jp-smext-modal-wait">
            {connection === null
              ? trans.__('Choose a connection in the SageMaker panel first.')
              : trans.__('Reading the notebook and what AWS offers…')}
          </p>
        )}
        {loaded && choices && (
          <form
            id={FORM_ID}
            className="jp-smext-form"
            noValidate
            onSubmit={event => {
              event.preventDefault();
              void send();
            }}
          >
            <p className="jp-smext-muted">
              {trans.__(
                'On an instance of its own, from the first cell to the last. It goes on when this page is closed; the executed notebook is put beside this one.'
              )}
            </p>
            {store.regions.length > 1 && (
              <div className="jp-smext-field">
                <label htmlFor="jp-smext-job-region">
                  {trans.__('Region')}
                </label>
                <select
                  id="jp-smext-job-region"
                  className="jp-smext-input"
                  value={region}
                  onChange={event => setRegion(event.target.value)}
                >
                  {store.regions.map(one => (
                    <option key={one}>{one}</option>
                  ))}
                </select>
              </div>
            )}
            <TypeField
              types={loaded.types}
              choices={choices}
              trans={trans}
              onChange={change}
            />
            <ParameterFields
              parameters={loaded.form.parameters}
              entries={entries}
              wrong={tried ? read.wrong : {}}
              trans={trans}
              onChange={(name, entry) =>
                setEntries(before => ({ ...before, [name]: entry }))
              }
            />
            <TextField
              name="role"
              label={trans.__('Role')}
              help={trans.__('What the job may read and write in AWS')}
              offered={loaded.form.roles}
              wrong={tried ? wrong.role : undefined}
              value={choices.role}
              onChange={role => change({ role })}
            />
            <Advanced
              form={loaded.form}
              types={loaded.types}
              choices={choices}
              wrong={tried ? wrong : {}}
              trans={trans}
              onChange={change}
            />
            <FolderNote form={loaded.form} trans={trans} />
            {loaded.form.problems.map((one, index) => (
              <ProblemCallout key={index} problem={one} trans={trans} folded />
            ))}
          </form>
        )}
      </div>
      {problem && (
        <ProblemCallout
          problem={problem}
          trans={trans}
          onAgain={loaded ? undefined : () => setAttempt(attempt + 1)}
        />
      )}
      <footer className="jp-smext-modal-foot">
        <a
          className="jp-smext-modal-aside jp-smext-small"
          href="https://docs.aws.amazon.com/scheduler/latest/UserGuide/what-is-scheduler.html"
          target="_blank"
          rel="noopener noreferrer"
          title={trans.__(
            'This runs once, now. For a schedule, have EventBridge Scheduler of AWS call CreateTrainingJob.'
          )}
        >
          {trans.__('On a schedule: Amazon EventBridge Scheduler')}
        </a>
        <button
          type="button"
          className="jp-smext-btn jp-mod-reject jp-mod-large"
          onClick={() => onClose(null)}
        >
          {trans.__('Cancel')}
        </button>
        <button
          type="submit"
          form={FORM_ID}
          className="jp-smext-btn jp-mod-accept jp-mod-large"
          aria-disabled={!loaded || sending || undefined}
        >
          {sending ? trans.__('Sending…') : trans.__('Run')}
        </button>
      </footer>
    </>
  );
}
