import { TranslationBundle } from '@jupyterlab/translation';

import { exactTime } from '../../components/time';
import { ILogLine } from '../../protocol';
import { IQuery } from './search';
import { pieces } from './text';

// Made once: making one costs more than a hundred uses.
const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23'
});

/** The time of day of an epoch, to the second. */
export function secondTime(epoch: number): string {
  return clock.format(1000 * epoch);
}

/** The local time of an epoch, and to the millisecond that of UTC. */
export function fullTime(epoch: number): string {
  return `${exactTime(epoch)} · ${new Date(1000 * epoch).toISOString()}`;
}

/**
 * A line as it is shown.
 */
export interface IShownLine {
  readonly line: ILogLine | undefined;
  readonly query: IQuery | null;
  readonly matches: boolean;
  readonly current: boolean;
  readonly chosen: boolean;
}

/**
 * The rows of the lines that are seen. A line keeps its row while it is seen, and the rows of lines
 * that are gone show those that come.
 *
 * #### Notes
 * They are written without React: what it makes for each row of each frame of a scroll is collected
 * in pauses that are longer than a frame.
 */
export class LogRows {
  constructor(private readonly _trans: TranslationBundle) {}

  /**
   * Show the lines [first, last] in a box. No row is taken over while text in the box is selected:
   * the selection would go along.
   */
  show(
    box: Element,
    first: number,
    last: number,
    of: (number: number) => IShownLine
  ): void {
    const kept = new Map<number, Row>();
    const free: Row[] = [];
    for (const row of this._rows) {
      if (first <= row.number && row.number <= last) {
        kept.set(row.number, row);
      } else {
        free.push(row);
      }
    }
    free.splice(isSelected(box) ? 0 : last - first + 1 - kept.size);
    const used = new Set([...kept.values(), ...free]);
    for (const row of this._rows) {
      // Where none is kept they all stay where they are.
      if (!used.has(row) || (kept.size && !kept.has(row.number))) {
        row.node.remove();
      }
    }
    this._rows = [];
    let at = box.firstChild;
    for (let number = first; number <= last; number++) {
      const row = kept.get(number) ?? free.shift() ?? new Row(this._trans);
      row.show(number, of(number));
      this._rows.push(row);
      if (row.node === at) {
        at = at.nextSibling;
      } else {
        box.insertBefore(row.node, at);
      }
    }
  }

  private _rows: Row[] = [];
}

class Row {
  constructor(private readonly _trans: TranslationBundle) {
    this.node.append(this._number, this._time, this._text);
  }

  readonly node = document.createElement('div');

  get number(): number {
    return this._shown?.number ?? -1;
  }

  show(number: number, next: IShownLine): void {
    const { line, query, matches } = next;
    const before = this._shown;
    if (before?.number !== number) {
      this.node.dataset.line = String(number);
      this._number.textContent = String(number + 1);
    }
    if (!before || before.line !== line) {
      set(this.node, 'data-level', line?.level ?? '');
      this._time.textContent = line ? secondTime(line.at) : '';
      set(this._time, 'title', line ? fullTime(line.at) : '');
      this._offerWhole(line !== undefined && !line.whole);
    }
    if (
      !before ||
      before.line !== line ||
      before.query !== query ||
      before.matches !== matches
    ) {
      this._write(line, query, matches);
    }
    this.node.toggleAttribute('data-current', next.current);
    this.node.toggleAttribute('data-chosen', next.chosen);
    this._shown = { ...next, number };
  }

  private _write(
    line: ILogLine | undefined,
    query: IQuery | null,
    matches: boolean
  ): void {
    if (!line) {
      this._text.textContent = '…';
      return;
    }
    const nodes = pieces(line.text, query, matches).map((piece, index) => {
      if (index % 2 === 0) {
        return piece;
      }
      const mark = document.createElement('mark');
      mark.textContent = piece;
      return mark;
    });
    this._text.replaceChildren(...nodes);
  }

  private _offerWhole(offered: boolean): void {
    if (!offered) {
      this._whole?.remove();
      this._whole = null;
    } else if (!this._whole) {
      this._whole = document.createElement('button');
      this._whole.type = 'button';
      this._whole.className = 'jp-smext-link';
      this._whole.tabIndex = -1;
      this._whole.textContent = this._trans.__('whole line');
      this.node.append(this._whole);
    }
  }

  private readonly _number = document.createElement('span');
  private readonly _time = document.createElement('span');
  private readonly _text = document.createElement('span');
  private _whole: HTMLButtonElement | null = null;
  private _shown: (IShownLine & { readonly number: number }) | null = null;
}

function set(node: Element, name: string, value: string): void {
  if (value) {
    node.setAttribute(name, value);
  } else {
    node.removeAttribute(name);
  }
}

/** Whether some text in there is selected. */
function isSelected(box: Element): boolean {
  const selection = getSelection();
  return (
    selection !== null &&
    !selection.isCollapsed &&
    selection.getRangeAt(0).intersectsNode(box)
  );
}
