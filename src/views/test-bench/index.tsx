import { Notification } from '@jupyterlab/apputils';
import { ServiceManager } from '@jupyterlab/services';
import { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { problemOf } from '../../api';
import { useChanges } from '../../hooks';
import { ICallLog, IExampleRequest, IProblem } from '../../protocol';
import { IViewProps } from '../../tokens';
import { IAnswer, useAnswer } from '../answer';
import { ProblemCallout } from '../modal/problem';
import { nameOf } from '../resource';
import { Answer, headline } from './answer';
import { AnswerHead } from './answer-head';
import { fromBase64 } from './base64';
import { Bench, ICall } from './bench';
import { CSV, inputOf } from './content-types';
import { EMPTY, fileOf, IDraft, requestOf, typeOf } from './draft';
import { InputPane } from './input-pane';
import { useIntake } from './intake';
import { useLabDrop } from './lab-drop';
import { ISize, Objects, placed } from './objects';
import { openAsNotebook } from './open-notebook';
import { Refusal } from './refusal';
import { milliseconds, Timing } from './timing';

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
  const bench = React.useMemo(
    () =>
      new Bench((request, onPart) =>
        onPart
          ? api.invokeStreaming(connection, region, id, request, onPart)
          : api.invoke(connection, region, id, request)
      ),
    []
  );
  React.useEffect(() => () => bench.dispose(), []);
  useChanges(bench.changed, store.changed);
  const { value: formats, problem: unread } = useAnswer(
    JSON.stringify([connection, region, id]),
    () => api.endpointFormats(connection, region, id)
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
  if (formats?.asynchronous) {
    return (
      <p>
        {trans.__(
          'This endpoint is asynchronous: it reads requests from S3, and leaves its answers there. It cannot be tried here.'
        )}
      </p>
    );
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
      const value = await api.callLog(connection, region, id, call.answer!);
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
          ? await api.endpointExample(connection, region, id, name)
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

  const { last, isBusy, repetition } = bench;
  const objects =
    last?.reading?.shape === 'objects' ? last.reading.objects : null;
  const mine = last?.request.bytes === fileOf(draft, contentType)?.bytes;
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
        objects={objects && size && mine ? placed(objects, least, size) : []}
        selected={selected}
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
        unreadExample={unreadExample}
        onExample={takeExample}
        onSend={() => send()}
        onNotebook={request && openNotebook}
        trans={trans}
      />
      <section aria-label={trans.__('Answer')} aria-busy={isBusy || undefined}>
        {bench.partial !== null ? (
          <blockquote className="jp-smext-bench-text">
            {bench.partial}
          </blockquote>
        ) : last?.problem ? (
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
            <AnswerHead
              call={last}
              least={least}
              onLeast={setLeast}
              trans={trans}
            />
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
        {isBusy && !repetition && (
          <div className="jp-smext-progress jp-mod-moving">
            <i />
          </div>
        )}
        <Timing
          bench={bench}
          price={priceOf(props)}
          repeat={
            request && answers && !isBusy
              ? count => void bench.repeat(request, count)
              : null
          }
          trans={trans}
        />
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
