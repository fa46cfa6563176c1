import { Notification } from '@jupyterlab/apputils';
import { ServiceManager } from '@jupyterlab/services';
import { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { problemOf } from '../../api';
import { EndpointRoutes } from '../../api/endpoints';
import { CommandIDs } from '../../commands';
import { useChanges } from '../../hooks';
import { ICallLog, IExampleRequest, IProblem } from '../../protocol';
import { IViewProps } from '../../tokens';
import { IAnswer, useAnswer } from '../answer';
import { ProblemCallout } from '../modal/problem';
import { nameOf } from '../resource';
import { AnswerPane } from './answer-pane';
import { fromBase64 } from './base64';
import { Bench, ICall } from './bench';
import { useNames } from './class-names';
import { CSV, inputOf } from './content-types';
import { EMPTY, fileOf, IDraft, requestOf, typeOf } from './draft';
import { InputPane } from './input-pane';
import { useIntake } from './intake';
import { useLabDrop } from './lab-drop';
import { ISize, placed } from './objects';
import { openAsNotebook } from './open-notebook';
import { Queue } from './queue';
import { Timing } from './timing';

import '../../../style/shared.css';
import '../../../style/dialogs.css';
import '../../../style/test-bench.css';

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
  const [, redraw] = React.useReducer((count: number) => count + 1, 0);
  const queue = React.useMemo(
    () => new Queue(api, { connection, region, id }, trans, redraw),
    []
  );
  const asynchronous = React.useRef(false);
  const bench = React.useMemo(
    () =>
      new Bench((request, onPart) =>
        asynchronous.current
          ? queue.send(request)
          : onPart
            ? api
                .of(EndpointRoutes)
                .invokeStreaming(connection, region, id, request, onPart)
            : api.of(EndpointRoutes).invoke(connection, region, id, request)
      ),
    []
  );
  React.useEffect(() => () => queue.leave(), []);
  React.useEffect(() => () => bench.dispose(), []);
  useChanges(bench.changed, store.changed);
  const { value: formats, problem: unread } = useAnswer(
    JSON.stringify([connection, region, id]),
    () => api.of(EndpointRoutes).formats(connection, region, id)
  );
  asynchronous.current = formats?.asynchronous ?? false;
  const { call, names } = useNames(
    api,
    { connection, region, id },
    Boolean(formats?.model),
    bench.last
  );
  const [draft, setDraft] = React.useState<IDraft>(EMPTY);
  const [size, setSize] = React.useState<ISize | null>();
  const [least, setLeast] = React.useState(0.5);
  const [selected, select] = React.useState<number | null>(null);
  const [unreadExample, setUnreadExample] = React.useState<IProblem | null>(
    null
  );
  const [log, setLog] = React.useState<IAnswer<ICallLog> | null>(null);

  const contentType = typeOf(draft, formats);
  const change = (more: Partial<IDraft>) => {
    setDraft(before => ({ ...before, ...more }));
    if (more.file) {
      setSize(undefined);
    }
  };
  const intake = useIntake(contentType, formats, change);
  const onto = useLabDrop(
    services.contents,
    file => void intake.take(file),
    why => Notification.error(trans.__('The file could not be read: %1', why))
  );

  if (unread) {
    return <ProblemCallout problem={unread} trans={trans} />;
  }
  const { status } = resource.row;
  const answers = ANSWERS.includes(status);
  const { request, reason } = requestOf(draft, formats, trans);
  const send = (more: Partial<IDraft> = {}) => {
    const sent = requestOf({ ...draft, ...more }, formats, trans).request;
    if (sent && answers) {
      select(null);
      setLog(null);
      void bench.send(sent);
    }
  };
  const readLog = async (call: ICall) => {
    setLog({ value: null, problem: null });
    try {
      const value = await api
        .of(EndpointRoutes)
        .callLog(connection, region, id, call.answer!);
      setLog({ value, problem: null });
    } catch (error) {
      setLog({ value: null, problem: problemOf(error) });
    }
  };
  const takeExample = async (example: IExampleRequest) => {
    const { name, content_type: contentType, accept, body } = example;
    setUnreadExample(null);
    try {
      const found =
        body === null
          ? await api.of(EndpointRoutes).example(connection, region, id, name)
          : null;
      const bytes = found && fromBase64(found.body);
      change({
        contentType,
        accept,
        ...(bytes && found.file !== null
          ? {
              file: { name: found.file, bytes, input: inputOf(contentType) }
            }
          : {
              file: null,
              text: bytes ? new TextDecoder().decode(bytes) : (body ?? '')
            })
      });
    } catch (error) {
      setUnreadExample(problemOf(error));
    }
  };
  const openNotebook = () =>
    openAsNotebook(
      { connection, region, endpoint },
      request!,
      trans.__('# %1\nThe request of the test bench, with boto3.', endpoint),
      services,
      commands
    );

  const { last, isBusy } = bench;
  const reading = call?.reading;
  const objects = reading?.shape === 'objects' ? reading : null;
  const segments = reading?.shape === 'segments' ? reading.segments : null;
  const mine = last?.request.bytes === fileOf(draft, contentType)?.bytes;
  const shown =
    objects && size && mine ? placed(objects.objects, least, size) : [];
  return (
    <div
      ref={onto}
      className="jp-smext-bench"
      data-dropping={intake.dropping || undefined}
      {...intake.props}
      onKeyDown={event => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          send();
        }
      }}
    >
      <InputPane
        draft={draft}
        contentType={contentType}
        formats={formats}
        endpoint={endpoint}
        last={last}
        size={size}
        objects={shown}
        selected={selected}
        mask={mine ? (objects?.mask ?? segments?.mask ?? null) : null}
        part={
          segments
            ? selected
            : (shown.find(one => one.number === selected)?.part ?? null)
        }
        lines={objects !== null && objects.text !== null}
        queued={queue.last}
        reason={
          answers
            ? reason
            : trans.__(
                'The endpoint is %1: it answers when it is in service.',
                status
              )
        }
        isBusy={isBusy}
        onSelect={select}
        onSize={setSize}
        onChange={change}
        onFile={file => void intake.take(file)}
        onModel={
          formats?.model?.version
            ? () =>
                void commands.execute(CommandIDs.openJumpStart, {
                  connection,
                  region,
                  ...formats.model
                })
            : null
        }
        unreadExample={unreadExample}
        onExample={takeExample}
        onSend={() => send()}
        onNotebook={request && openNotebook}
        trans={trans}
      />
      <section aria-label={trans.__('Answer')} aria-busy={isBusy || undefined}>
        <AnswerPane
          bench={bench}
          queue={queue}
          call={call}
          names={names}
          formats={formats}
          endpoint={endpoint}
          size={size}
          least={least}
          selected={selected}
          log={log}
          onLeast={setLeast}
          onSelect={select}
          onLog={call => void readLog(call)}
          onCsv={text => {
            const more = { contentType: CSV, text, file: null };
            change(more);
            send(more);
          }}
          trans={trans}
        />
        <Timing
          bench={bench}
          price={priceOf(props)}
          repeat={
            request && answers && !isBusy
              ? count => void bench.repeat(request, count)
              : null
          }
          single={
            formats?.asynchronous
              ? trans.__(
                  'The time that a request lies in a queue says nothing of the model.'
                )
              : null
          }
          ask={({ since, until, variant, component }) =>
            api.of(EndpointRoutes).latency(connection, region, id, {
              since,
              until,
              variant: variant ?? formats?.variants[0] ?? '',
              component
            })
          }
          serverless={formats?.serverless ?? false}
          trans={trans}
        />
      </section>
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
