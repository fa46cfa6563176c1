import { ServiceManager } from '@jupyterlab/services';
import { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { problemOf } from '../../api';
import { openIcon, playIcon } from '../../components/icons';
import { useChanges } from '../../hooks';
import { ICallLog } from '../../protocol';
import { IViewProps } from '../../tokens';
import { IAnswer, useAnswer } from '../answer';
import { ProblemCallout } from '../modal/problem';
import { nameOf } from '../resource';
import { Answer, headline } from './answer';
import { Bench, ICall } from './bench';
import { CSV, inputOf, typeOfFile } from './content-types';
import { EMPTY, fileOf, IDraft, requestOf, typeOf } from './draft';
import { InputEditor } from './input';
import { MoreFields } from './more-fields';
import { Objects, placed, ISize } from './objects';
import { openAsNotebook } from './open-notebook';
import { Raw } from './raw';
import { Refusal } from './refusal';
import { milliseconds, Timing } from './timing';
import { TypeSelect } from './type-select';

import '../../../style/shared.css';
import '../../../style/dialogs.css';
import '../../../style/test-bench.css';

/** A text file up to this long is put where it can be changed; typing into more would be slow. */
const EDITED = 200_000;

/** The states in which an endpoint answers. */
const ANSWERS = [
  'InService',
  'Updating',
  'SystemUpdating',
  'RollingBack',
  'UpdateRollbackFailed'
];

/**
 * What the test bench is given besides its endpoint.
 */
export interface ITestBenchProps extends IViewProps {
  readonly services: ServiceManager.IManager;
  readonly commands: CommandRegistry;
}

/**
 * Trying an endpoint: an input by its content type, the answer drawn, and how long it took.
 */
export function TestBench(props: ITestBenchProps): React.ReactElement {
  const { connection, region, id, resource, smext, services, commands } = props;
  const { api, store, trans } = smext;
  const endpoint = nameOf(id);
  const bench = React.useMemo(
    () => new Bench(request => api.invoke(connection, region, id, request)),
    []
  );
  React.useEffect(() => () => bench.dispose(), []);
  useChanges(bench.changed, store.changed);
  const { value: formats, problem: unread } = useAnswer(
    JSON.stringify([connection, region, id]),
    () => api.endpointFormats(connection, region, id)
  );
  const [draft, setDraft] = React.useState<IDraft>(EMPTY);
  const change = (more: Partial<IDraft>) =>
    setDraft(before => ({ ...before, ...more }));
  const [size, setSize] = React.useState<ISize | null>();
  const [least, setLeast] = React.useState(0.5);
  const [selected, select] = React.useState<number | null>(null);
  const [dropping, setDropping] = React.useState(false);
  const [log, setLog] = React.useState<IAnswer<ICallLog> | null>(null);
  const [unsaved, setUnsaved] = React.useState<string | null>(null);
  const picker = React.useRef<HTMLInputElement>(null);

  const contentType = typeOf(draft, formats);
  const { status } = resource.row;
  const found = requestOf(draft, formats, trans);
  const reason = !ANSWERS.includes(status)
    ? trans.__('The endpoint is %1: it answers when it is in service.', status)
    : found.reason;
  const send = (more: Partial<IDraft> = {}) => {
    const { request } = requestOf({ ...draft, ...more }, formats, trans);
    if (request && ANSWERS.includes(status)) {
      select(null);
      setLog(null);
      void bench.send(request);
    }
  };
  const take = async (file: File) => {
    const type = typeOfFile(file, contentType, formats?.content_types ?? []);
    const bytes = new Uint8Array(await file.arrayBuffer());
    const input = inputOf(type);
    setSize(undefined);
    change(
      input === 'text' && bytes.length <= EDITED
        ? {
            contentType: type,
            file: null,
            text: new TextDecoder().decode(bytes)
          }
        : { contentType: type, file: { name: file.name, bytes, input } }
    );
  };
  const takeFrom = (data: DataTransfer) => {
    const [file] = data.files;
    if (file) {
      void take(file);
    }
    return file !== undefined;
  };
  const readLog = async (call: ICall) => {
    setLog({ value: null, problem: null });
    try {
      const value = await api.callLog(connection, region, id, call.answer!);
      setLog({ value, problem: null });
    } catch (error) {
      setLog({ value: null, problem: problemOf(error) });
    }
  };
  const openNotebook = async () => {
    setUnsaved(null);
    const title = trans.__(
      '# %1\nThe request of the test bench, with boto3.',
      endpoint
    );
    try {
      await openAsNotebook(
        { connection, region, endpoint },
        found.request!,
        title,
        services,
        commands
      );
    } catch (error) {
      // Jupyter's contents manager says in words what it does not save.
      setUnsaved(error instanceof Error ? error.message : String(error));
    }
  };

  if (unread) {
    return <ProblemCallout problem={unread} trans={trans} />;
  }
  if (formats?.asynchronous) {
    return (
      <p>
        {trans.__(
          'This endpoint is asynchronous: it reads requests from S3, and leaves its answers there. It cannot be tried here.'
        )}
      </p>
    );
  }

  const { last, isBusy, repetition } = bench;
  const objects =
    last?.reading?.shape === 'objects' ? last.reading.objects : null;
  const mine = last?.request.bytes === fileOf(draft, contentType)?.bytes;
  const boxes = objects && size && mine ? placed(objects, least, size) : [];
  const disabled = reason !== null || isBusy;
  const input = inputOf(contentType);
  return (
    <div
      className="jp-smext-bench"
      data-dropping={dropping || undefined}
      onKeyDown={event => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          send();
        }
      }}
      onPaste={event => {
        if (takeFrom(event.clipboardData)) {
          event.preventDefault();
        }
      }}
      onDragOver={event => {
        if (event.dataTransfer.types.includes('Files')) {
          event.preventDefault();
          setDropping(true);
        }
      }}
      onDragLeave={event => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) {
          setDropping(false);
        }
      }}
      onDrop={event => {
        setDropping(false);
        if (takeFrom(event.dataTransfer)) {
          event.preventDefault();
        }
      }}
    >
      <section aria-label={trans.__('Input')}>
        <div className="jp-smext-line jp-smext-bench-head">
          <h2 className="jp-smext-h2 jp-smext-grow">{trans.__('Input')}</h2>
          <TypeSelect
            value={contentType}
            formats={formats}
            onChange={type => change({ contentType: type })}
            trans={trans}
          />
          <input
            ref={picker}
            type="file"
            hidden
            accept={
              input === 'image'
                ? 'image/*'
                : input === 'audio'
                  ? 'audio/*'
                  : undefined
            }
            onChange={event => {
              const [file] = event.target.files ?? [];
              if (file) {
                void take(file);
              }
              // The same file may be chosen again after it changed.
              event.target.value = '';
            }}
          />
          <button
            type="button"
            className="jp-smext-btn"
            onClick={() => picker.current?.click()}
          >
            {input === 'image'
              ? trans.__('Choose image…')
              : trans.__('Choose file…')}
          </button>
          <button
            type="button"
            className="jp-smext-btn jp-mod-accept"
            aria-disabled={disabled || undefined}
            aria-keyshortcuts="Control+Enter"
            title={reason ?? undefined}
            onClick={() => send()}
          >
            <playIcon.react tag="span" className="jp-smext-icon" />
            {trans.__('Send')}
            <kbd className="jp-smext-bench-kbd">{trans.__('Ctrl ⏎')}</kbd>
          </button>
        </div>
        <InputEditor
          draft={draft}
          contentType={contentType}
          size={size}
          objects={boxes}
          selected={selected}
          onSelect={select}
          onSize={setSize}
          onChange={change}
          trans={trans}
        />
        {reason && (draft.text || draft.file) && (
          <p className="jp-smext-bench-note" data-wrong>
            {reason}
          </p>
        )}
        <MoreFields
          draft={draft}
          formats={formats}
          onChange={change}
          trans={trans}
        />
        <div className="jp-smext-line jp-smext-bench-head">
          <h2 className="jp-smext-h2 jp-smext-grow">{trans.__('Raw')}</h2>
          <button
            type="button"
            className="jp-smext-btn"
            aria-disabled={found.request === null || undefined}
            title={found.reason ?? trans.__('The same request, with boto3.')}
            onClick={found.request ? () => void openNotebook() : undefined}
          >
            <openIcon.react tag="span" className="jp-smext-icon" />
            {trans.__('Open as notebook')}
          </button>
        </div>
        {unsaved !== null && (
          <p className="jp-smext-bench-note" data-wrong role="alert">
            {trans.__('The notebook could not be saved: %1', unsaved)}
          </p>
        )}
        {last ? (
          <Raw call={last} endpoint={endpoint} trans={trans} />
        ) : (
          <p className="jp-smext-muted">{trans.__('Nothing was sent yet.')}</p>
        )}
      </section>
      <section aria-label={trans.__('Answer')} aria-busy={isBusy || undefined}>
        <p role="status" className="jp-smext-sr">
          {isBusy
            ? repetition
              ? ''
              : trans.__('Sending…')
            : last && !last.problem
              ? trans.__(
                  'Answered in %1 ms: %2',
                  milliseconds(1000 * last.answer!.seconds),
                  headline(last, trans)
                )
              : ''}
        </p>
        {isBusy && !repetition && (
          <div className="jp-smext-progress jp-mod-moving">
            <i />
          </div>
        )}
        {last?.problem ? (
          <Refusal
            call={last}
            problem={last.problem}
            formats={formats}
            endpoint={endpoint}
            log={log}
            onLog={() => void readLog(last)}
            onCsv={text => {
              const more = { contentType: CSV, text, file: null };
              change(more);
              send(more);
            }}
            trans={trans}
          />
        ) : last ? (
          <>
            <Head call={last} least={least} onLeast={setLeast} trans={trans} />
            {objects ? (
              <Objects
                objects={placed(
                  objects,
                  least,
                  size ?? { width: 1, height: 1 }
                )}
                selected={selected}
                onSelect={select}
                trans={trans}
              />
            ) : (
              <Answer call={last} earlier={bench.vectors} trans={trans} />
            )}
          </>
        ) : (
          <p className="jp-smext-muted">
            {trans.__('The answer is drawn here.')}
          </p>
        )}
        <Timing
          bench={bench}
          price={priceOf(props)}
          repeat={
            disabled || !found.request
              ? null
              : count => void bench.repeat(found.request, count)
          }
          trans={trans}
        />
      </section>
    </div>
  );
}

function Head(props: {
  call: ICall;
  least: number;
  onLeast: (least: number) => void;
  trans: ITestBenchProps['smext']['trans'];
}): React.ReactElement {
  const { call, least, onLeast, trans } = props;
  const { reading } = call;
  const id = React.useId();
  const time = trans.__('%1 ms', milliseconds(1000 * call.answer!.seconds));
  if (reading?.shape !== 'objects') {
    const first =
      reading?.shape === 'classes'
        ? reading.classes[0]?.probability.toFixed(3)
        : null;
    return (
      <div className="jp-smext-line jp-smext-bench-head">
        <h2 className="jp-smext-h2 jp-smext-grow">
          {headline(call, trans)}{' '}
          <span className="jp-smext-muted">
            {[first, time].filter(Boolean).join(' · ')}
          </span>
        </h2>
      </div>
    );
  }
  const above = reading.objects.filter(({ score }) => score >= least).length;
  return (
    <div className="jp-smext-line jp-smext-bench-head">
      <h2 className="jp-smext-h2 jp-smext-grow">
        {trans._n('%1 object', '%1 objects', above)}{' '}
        <span className="jp-smext-muted">
          {trans.__(
            'of %1 above score %2 · %3',
            reading.objects.length,
            least.toFixed(2),
            time
          )}
        </span>
      </h2>
      <label htmlFor={id}>{trans.__('Least score')}</label>
      <input
        id={id}
        type="range"
        min={0}
        max={1}
        step={0.01}
        value={least}
        onChange={event => onLeast(Number(event.target.value))}
      />
      <span className="jp-smext-num">{least.toFixed(2)}</span>
    </div>
  );
}

/** What the endpoint costs an hour, as far as the panel knows it. */
function priceOf(props: ITestBenchProps): number | null {
  const { connection, region, spec, resource, smext } = props;
  const shown = smext.store.view.running.find(
    one =>
      one.connection === connection &&
      one.region === region &&
      one.kind.id === spec.id &&
      one.row.id === resource.row.id
  );
  return shown?.cost?.price ?? null;
}

export default TestBench;
