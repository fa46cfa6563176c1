import * as React from 'react';

import { CommandIDs } from '../../commands';
import { useChanges } from '../../hooks';
import { LogRoutes } from '../../api/logs';
import { ProblemCallout } from '../modal/problem';
import { LogBar } from './bar';
import { copyChosen } from './copy';
import { useCursor } from './cursor';
import { onLinesKey, useLogCommands } from './keys';
import { ILogLines, LogLines } from './lines';
import { useMatches } from './matches';
import { LogModel } from './model';
import { ILogViewProps } from './place';
import { useSums } from './sums';
import { useWhereabouts } from './whereabouts';
import { WholeLine } from './whole';
import { emptyWords } from './words';

import '../../../style/log.css';

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
  const { smext, place, compact, model } = props;
  const { api, trans } = smext;
  useChanges(model.changed);
  const root = React.useRef<HTMLDivElement>(null);
  const search = React.useRef<HTMLInputElement>(null);
  const lines = React.useRef<ILogLines>(null);
  const cursor = useCursor(model, lines, props.line);
  const { follow, current, from, whole, go, toEnd, setWhole } = cursor;
  useWhereabouts(model, cursor, props);
  const found = useMatches(model, cursor, lines, trans);
  useSums(model, cursor, trans);
  const { stream, streams, state, count } = model;
  const toFirstError = () => {
    const line = state?.first_error ?? null;
    if (line !== null) {
      go(line);
    }
  };
  useLogCommands(root, {
    [CommandIDs.logSearch]: () => {
      search.current?.focus();
      search.current?.select();
    },
    [CommandIDs.logNextMatch]: () => found.toMatch(1),
    [CommandIDs.logPreviousMatch]: () => found.toMatch(-1),
    [CommandIDs.logFirstError]: toFirstError,
    [CommandIDs.logFollow]: () => toEnd(true)
  });
  const copy = () => copyChosen(model, cursor, trans);

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
          chosen={cursor.chosen}
          whole={whole}
          match={found.match}
          search={search}
          download={api.of(LogRoutes).url(place, stream)}
          trans={trans}
          onFollow={toEnd}
          onMatch={found.toMatch}
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
          matches={found.matches}
          query={model.search.query}
          follow={follow}
          start={props.line}
          trans={trans}
          onFollow={cursor.setFollow}
          onKeyDown={event => onLinesKey(event, cursor, lines.current!, copy)}
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
        {cursor.said}
      </div>
    </div>
  );
}
