import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { RANGES, rangeOf } from './choices';

/** The range that is read where none is chosen. */
const FIRST = '1h';

/**
 * From when to when: a length up to now, or two times of one's own.
 */
export function Range(props: {
  range: string;
  onRange: (range: string) => void;
  trans: TranslationBundle;
}): React.ReactElement {
  const { range, onRange, trans } = props;
  const name = React.useId();
  const { start, end } = rangeOf(range, Date.now() / 1000);
  const [own, setOwn] = React.useState(end !== null);
  const words: { [range: string]: string } = {
    '1h': trans.__('1 h'),
    '3h': trans.__('3 h'),
    '1d': trans.__('1 d'),
    '1w': trans.__('1 w')
  };
  const option = (id: string, label: string, checked: boolean) => (
    <label key={id}>
      <input
        type="radio"
        name={name}
        checked={checked}
        onChange={() => {
          setOwn(id === '');
          if (id) {
            onRange(id);
          }
        }}
      />
      <span>{label}</span>
    </label>
  );
  return (
    <>
      <fieldset className="jp-smext-segment">
        <legend className="jp-smext-sr">{trans.__('Range')}</legend>
        {[...RANGES.keys()].map(id =>
          option(id, words[id], !own && id === (range || FIRST))
        )}
        {option('', trans.__('Own…'), own)}
      </fieldset>
      {own && (
        <Own
          start={start ?? Date.now() / 1000 - 3600}
          end={end ?? Date.now() / 1000}
          onRange={onRange}
          trans={trans}
        />
      )}
    </>
  );
}

function Own(props: {
  start: number;
  end: number;
  onRange: (range: string) => void;
  trans: TranslationBundle;
}): React.ReactElement {
  const { onRange, trans } = props;
  const [start, setStart] = React.useState(local(props.start));
  const [end, setEnd] = React.useState(local(props.end));
  const [from, to] = [start, end].map(text => new Date(text).getTime() / 1000);
  const wrong = !(from < to);
  const field = (
    label: string,
    value: string,
    onChange: (value: string) => void
  ) => (
    <label className="jp-smext-line">
      {label}
      <input
        type="datetime-local"
        className="jp-smext-select"
        value={value}
        aria-invalid={wrong || undefined}
        onChange={event => onChange(event.target.value)}
      />
    </label>
  );
  return (
    <form
      className="jp-smext-metrics-own"
      onSubmit={event => {
        event.preventDefault();
        if (!wrong) {
          onRange(`${from}-${to}`);
        }
      }}
    >
      {field(trans.__('From'), start, setStart)}
      {field(trans.__('to'), end, setEnd)}
      <button
        type="submit"
        className="jp-smext-btn"
        aria-disabled={wrong || undefined}
      >
        {trans.__('Show')}
      </button>
      {wrong && (
        <span role="status">{trans.__('It ends before it begins.')}</span>
      )}
    </form>
  );
}

/** Epoch seconds as the browser's field has them, to the minute. */
function local(epoch: number): string {
  const offset = 60 * new Date(1000 * epoch).getTimezoneOffset();
  return new Date(1000 * (epoch - offset)).toISOString().slice(0, 16);
}
