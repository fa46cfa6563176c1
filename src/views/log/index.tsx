import * as React from 'react';

import { CommandIDs, LOG_EVENT } from '../../commands';
import { copyText } from '../../components/problem';
import { useChanges } from '../../hooks';
import { problemOf } from '../../api';
import { LogRoutes } from '../../api/logs';
import { ProblemCallout } from '../modal/problem';
import { LogBar } from './bar';
import { ILogLines, LogLines } from './lines';
import { LogModel } from './model';
import { PAGE } from './pages';
import { ILogViewProps } from './place';
import { visible } from './text';
import { WholeLine } from './whole';
import { emptyWords } from './words';

import '../../../style/log.css';

/** Milliseconds between sums of what was written, and of rest before a place is told. */
const SUM = 5000;
const MOVED = 300;

/** Lines that are copied at once. */
const COPIED = 10_000;

/**
 * The log of a resource: its streams, one of them by line number, searched and followed.
 */
export function LogView(props: ILogViewProps): React.ReactElement {
  const [model, setModel] = React.useState<LogModel | null>(null);
  const seen = React.useRef(true);
  seen.current = props.visible ?? true;
  React.useEffect(() => {
    const made = new LogModel({
      api: props.smext.api,
      place: props.place,
      stream: props.stream,
      isVisible: () => seen.current
    });
    setModel(made);
    return () => made.dispose();
  }, []);
  React.useEffect(() => {
    if (props.visible) {
      model?.again();
    }
  }, [props.visible]);
  return model ? <Log {...props} model={model} /> : <></>;
}

export default LogView;

function Log(props: ILogViewProps & { model: LogModel }): React.ReactElement {
  const { smext, place, compact, model, onMoved } = props;
  const { api, trans } = smext;
  useChanges(model.changed);
  const root = React.useRef<HTMLDivElement>(null);
  const search = React.useRef<HTMLInputElement>(null);
  const lines = React.useRef<ILogLines>(null);
  const [follow, setFollow] = React.useState(props.line === undefined);
  const [current, setCurrent] = React.useState<number | null>(null);
  const [from, setFrom] = React.useState<number | null>(null);
  const [whole, setWhole] = React.useState(false);
  const [said, setSaid] = React.useState('');
  // Asked for before there were matches.
  const jump = React.useRef(0);
  const { stream, streams, state, count } = model;
  const { found, query } = model.search;
  const matches = React.useMemo(() => new Set(found?.lines), [found]);
  const match =
    current !== null && matches.has(current) ? model.search.from(current) : -1;

  const go = (line: number, step = false, extend = false) => {
    const to = Math.max(0, Math.min(count - 1, line));
    if (!count) {
      return;
    }
    setFollow(false);
    setFrom(extend ? (from ?? current ?? to) : null);
    setCurrent(to);
    lines.current?.show(to, step);
    setSaid(visible(model.line(to)?.text ?? ''));
  };
  const toEnd = (on: boolean) => {
    setFollow(on);
    if (on) {
      setCurrent(null);
      setFrom(null);
      setWhole(false);
      lines.current?.end();
    }
  };
  const toMatch = (by: 1 | -1) => {
    const known = model.search.found?.lines;
    if (!known?.length) {
      jump.current = known ? 0 : by;
      return;
    }
    const here = current ?? lines.current?.seen().first ?? 0;
    if (by > 0 && here >= known[known.length - 1]) {
      void model.search.goOn(true);
    }
    const index =
      by > 0
        ? model.search.from(current === null ? here : here + 1)
        : model.search.before(here);
    go(known[index]);
    setSaid(
      trans.__(
        '%1 of %2: %3',
        index + 1,
        model.search.found!.total,
        visible(model.line(known[index])?.text ?? '')
      )
    );
  };
  const toFirstError = () => {
    const line = state?.first_error ?? null;
    if (line !== null) {
      go(line);
    }
  };
  const chosen =
    current === null ? 0 : Math.abs(current - (from ?? current)) + 1;
  const copy = () => {
    const first = Math.min(current!, from ?? current!);
    void copied(model, first, Math.min(chosen, COPIED)).then(
      text =>
        copyText(
          text,
          chosen > COPIED
            ? trans.__('The first %1 lines copied', COPIED.toLocaleString())
            : trans._n('%1 line copied', '%1 lines copied', chosen)
        ),
      (error: unknown) => setSaid(problemOf(error).title)
    );
  };

  // Where it is, once there is something to be at.
  const there = count > (props.line ?? 0);
  const ready = there || (count > 0 && !state?.reading);
  const before = React.useRef(stream);
  React.useEffect(() => {
    if (before.current !== null && before.current !== stream) {
      toEnd(true);
    }
    before.current = stream;
  }, [stream]);
  const wanted = React.useRef<string | null>(null);
  const asked = React.useRef(props.stream);
  React.useEffect(() => {
    if (props.stream !== undefined && props.stream !== asked.current) {
      model.choose(props.stream);
    }
    asked.current = props.stream;
  }, [props.stream]);
  React.useEffect(() => {
    const place = JSON.stringify([props.stream, props.line]);
    // Of another stream nothing has been read yet.
    if (wanted.current === place || !ready || model.state === null) {
      return;
    }
    wanted.current = place;
    if (props.line !== undefined) {
      go(props.line);
    }
  }, [props.stream, props.line, ready, stream]);
  React.useEffect(() => {
    if (stream === null || !ready) {
      return;
    }
    const timer = window.setTimeout(() => {
      wanted.current = JSON.stringify([stream, current ?? undefined]);
      onMoved?.(stream, current);
    }, MOVED);
    return () => window.clearTimeout(timer);
  }, [stream, current, ready]);
  React.useEffect(() => {
    if (jump.current && found) {
      const by = jump.current as 1 | -1;
      jump.current = 0;
      toMatch(by);
    }
  }, [found]);

  // What is written is summed up: each line by itself would be too much to hear.
  const summed = React.useRef(0);
  const live = follow && state !== null && !state.ended;
  React.useEffect(() => {
    if (!live) {
      return;
    }
    summed.current = model.count;
    const timer = window.setInterval(() => {
      const more = model.count - summed.current;
      summed.current = model.count;
      if (more > 0) {
        const last = visible(model.line(model.count - 1)?.text ?? '');
        setSaid(
          trans._n('%1 more line: %2', '%1 more lines, at last: %2', more, last)
        );
      }
    }, SUM);
    return () => window.clearInterval(timer);
  }, [live, stream]);

  // The keys are commands, so that they are in the shortcut editor.
  const commands = React.useRef<{ readonly [id: string]: () => void }>({});
  commands.current = {
    [CommandIDs.logSearch]: () => {
      search.current?.focus();
      search.current?.select();
    },
    [CommandIDs.logNextMatch]: () => toMatch(1),
    [CommandIDs.logPreviousMatch]: () => toMatch(-1),
    [CommandIDs.logFirstError]: toFirstError,
    [CommandIDs.logFollow]: () => toEnd(true)
  };
  React.useEffect(() => {
    const node = root.current!;
    const run = (event: Event) =>
      commands.current[(event as CustomEvent<string>).detail]?.();
    node.addEventListener(LOG_EVENT, run);
    return () => node.removeEventListener(LOG_EVENT, run);
  }, []);
  const onKeyDown = (event: React.KeyboardEvent) => {
    const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
    const seen = lines.current!.seen();
    const page = Math.max(1, seen.last - seen.first - 1);
    // From nowhere the arrows begin with what is seen.
    const by: { [key: string]: number } = {
      ArrowDown: current === null ? seen.first : current + 1,
      ArrowUp: current === null ? seen.last : current - 1,
      PageDown: (current ?? seen.first) + page,
      PageUp: (current ?? seen.last) - page,
      Home: 0
    };
    if ((ctrlKey || metaKey) && key === 'c') {
      if (current === null || getSelection()?.isCollapsed === false) {
        return;
      }
      copy();
    } else if (ctrlKey || metaKey || altKey) {
      return;
    } else if (key in by) {
      go(by[key], true, shiftKey);
    } else if (key === 'Enter' && current !== null) {
      setWhole(!whole);
    } else if (key === 'Escape' && whole) {
      setWhole(false);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const shown = streams?.streams.find(({ id }) => id === stream);
  const name = shown?.label ?? stream ?? '';
  const troubles = [
    ...(streams?.problems ?? []),
    state?.problem ?? null,
    model.problem,
    model.search.problem
  ].filter(problem => problem !== null);
  const sentence = emptyWords(model, trans);
  return (
    <div
      ref={root}
      role="group"
      className={`jp-smext-logview${compact ? ' jp-mod-compact' : ''}`}
      aria-label={trans.__('Log')}
      aria-busy={state?.reading || undefined}
    >
      {stream !== null && (
        <LogBar
          model={model}
          compact={compact ?? false}
          follow={follow}
          current={current}
          chosen={chosen}
          whole={whole}
          match={match}
          search={search}
          download={api.of(LogRoutes).url(place, stream)}
          trans={trans}
          onFollow={toEnd}
          onMatch={toMatch}
          onFirstError={() => {
            toFirstError();
            lines.current?.focus();
          }}
          onWhole={() => setWhole(!whole)}
          onCopy={copy}
          onOpen={props.onOpen && (() => props.onOpen!(stream, current))}
          onLines={() => lines.current?.focus()}
        />
      )}
      {troubles.map((problem, index) => (
        <ProblemCallout
          key={index}
          problem={problem}
          trans={trans}
          folded
          onAgain={problem === model.problem ? () => model.again() : undefined}
        />
      ))}
      {streams?.more && (
        <p className="jp-smext-muted jp-smext-log-note">
          {trans.__(
            'It has more streams than are listed: the latest are here.'
          )}
        </p>
      )}
      {sentence && (
        <p role="status" className="jp-smext-log-note">
          {sentence}
        </p>
      )}
      {count > 0 && (
        <LogLines
          key={stream}
          ref={lines}
          model={model}
          label={trans.__('Log of %1', name)}
          current={current}
          from={from}
          matches={matches}
          query={query}
          follow={follow}
          start={props.line}
          trans={trans}
          onFollow={setFollow}
          onKeyDown={onKeyDown}
          onPick={(line, extend) => go(line, true, extend)}
          onWhole={line => {
            go(line, true);
            setWhole(true);
          }}
        />
      )}
      {whole && current !== null && stream !== null && (
        <WholeLine
          place={place}
          stream={stream}
          number={current}
          line={model.line(current)}
          smext={smext}
          onClose={() => {
            setWhole(false);
            lines.current?.focus();
          }}
        />
      )}
      <div className="jp-smext-sr" role="status" aria-live="polite">
        {said}
      </div>
    </div>
  );
}

/** The texts of lines, whole where they are not cut. Throws ApiError. */
async function copied(
  model: LogModel,
  first: number,
  count: number
): Promise<string> {
  const texts: string[] = [];
  while (texts.length < count) {
    const at = first + texts.length;
    const more = await model.read(at, Math.min(PAGE, count - texts.length));
    if (!more.length) {
      break;
    }
    texts.push(...more.map(({ text }) => text));
  }
  return texts.join('\n');
}
