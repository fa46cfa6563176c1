import * as React from 'react';

import { problemOf } from '../../api';
import { NotebookJobRoutes } from '../../api/notebook-jobs';
import { useStore } from '../../hooks';
import { INotebookJob, INotebookJobForm, IProblem } from '../../protocol';
import { ISmext } from '../../tokens';
import { useTypes } from '../answer';
import { FormFoot, ModalHead, RegionField } from '../modal/frame';
import { ProblemCallout } from '../modal/problem';
import { useRequestKey } from '../task/request-key';
import { Advanced, TextField, TypeField } from './fields';
import { firstChoices, IChoices, memoryOf } from './choices';
import { ParameterFields } from './parameter-fields';
import { changedParameters, Entry } from './parameters';
import { FolderNote } from './folder-note';
import { notebookName } from './words';

const FORM_ID = 'jp-smext-job-form';

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
  const [form, setForm] = React.useState<INotebookJobForm | null>(null);
  const [problem, setProblem] = React.useState<IProblem | null>(null);
  const [attempt, setAttempt] = React.useState(0);
  const [choices, setChoices] = React.useState<IChoices | null>(null);
  const [entries, setEntries] = React.useState<{ [name: string]: Entry }>({});
  const [tried, setTried] = React.useState(false);
  const [sending, setSending] = React.useState(false);
  const requestKey = useRequestKey();

  React.useEffect(() => {
    if (connection === null || !region) {
      return;
    }
    let wanted = true;
    setForm(null);
    setProblem(null);
    void save()
      .then(() => api.of(NotebookJobRoutes).form(connection, region, path))
      .then(read => {
        if (wanted) {
          setForm(read);
          setChoices(firstChoices(read, memoryOf(connection, region).load()));
        }
      })
      .catch(error => wanted && setProblem(problemOf(error)));
    return () => {
      wanted = false;
    };
  }, [api, connection, region, path, attempt]);

  const where = connection === null || !region ? null : { connection, region };
  const types = useTypes(api, where, 'training', attempt);
  const loaded =
    form !== null && types.value !== null ? { form, types: types.value } : null;
  const said = problem ?? types.problem;
  const read = form
    ? changedParameters(form.parameters, entries, trans)
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
      const begun = await api.of(NotebookJobRoutes).run({
        ...request,
        key: requestKey.of(request)
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
      <ModalHead
        titleId={props.titleId}
        title={trans.__('Run %1 as a job', notebookName(path))}
        trans={trans}
        onClose={() => onClose(null)}
      />
      <div className="jp-smext-modal-body">
        {!loaded && !said && (
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
            <RegionField
              id="jp-smext-job-region"
              regions={store.regions}
              value={region}
              trans={trans}
              onChange={setRegion}
            />
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
      {said && (
        <ProblemCallout
          problem={said}
          trans={trans}
          onAgain={loaded ? undefined : () => setAttempt(attempt + 1)}
        />
      )}
      <FormFoot
        formId={FORM_ID}
        action={trans.__('Run')}
        ready={loaded !== null}
        sending={sending}
        trans={trans}
        onCancel={() => onClose(null)}
      >
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
      </FormFoot>
    </>
  );
}
