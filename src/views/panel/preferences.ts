import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ReadonlyPartialJSONValue } from '@lumino/coreutils';
import { ISignal, Signal } from '@lumino/signaling';

import { WindowMemory } from '../../memory';
import { DEFAULT_COLUMNS, ISort, NEWEST_FIRST } from './columns';
import { RUNNING } from './nodes';

/**
 * What the user made of the panel; immutable.
 */
export interface IPreferences {
  readonly hidden: ReadonlyArray<string>;
  readonly columns: { readonly [kind: string]: ReadonlyArray<string> };
  readonly sort: { readonly [kind: string]: ISort };
  /** Keys of the open nodes, remembered by the browser alone. */
  readonly open: ReadonlySet<string>;
}

/**
 * The panel's part of the settings, and which nodes are open.
 */
export class Preferences {
  constructor(
    private readonly _settings: ISettingRegistry.ISettings | null,
    private readonly _memory: WindowMemory<string[]> = new WindowMemory(
      'jupyter_smext:open',
      isStrings
    )
  ) {
    this._value = {
      ...this._read(),
      open: new Set(this._memory.load() ?? [RUNNING])
    };
    this._settings?.changed.connect(this._onSettings, this);
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get value(): IPreferences {
    return this._value;
  }

  toggle(key: string): void {
    const open = new Set(this._value.open);
    if (!open.delete(key)) {
      open.add(key);
    }
    this.setOpen(open);
  }

  setOpen(open: ReadonlySet<string>): void {
    this._memory.save([...open]);
    this._set({ ...this._value, open });
  }

  hide(kind: string): void {
    this._save('hiddenKinds', [
      ...this._value.hidden.filter(one => one !== kind),
      kind
    ]);
  }

  show(kind: string): void {
    this._save(
      'hiddenKinds',
      this._value.hidden.filter(one => one !== kind)
    );
  }

  columnsOf(kind: string): ReadonlyArray<string> {
    return this._value.columns[kind] ?? DEFAULT_COLUMNS;
  }

  toggleColumn(kind: string, column: string): void {
    const columns = this.columnsOf(kind);
    this._setColumns(
      kind,
      columns.includes(column)
        ? columns.filter(one => one !== column)
        : [...columns, column]
    );
  }

  /** Move a column one place: -1 to the left, 1 to the right. */
  moveColumn(kind: string, column: string, by: -1 | 1): void {
    const columns = [...this.columnsOf(kind)];
    const at = columns.indexOf(column);
    const to = at + by;
    if (at >= 0 && to >= 0 && to < columns.length) {
      columns.splice(to, 0, ...columns.splice(at, 1));
      this._setColumns(kind, columns);
    }
  }

  sortOf(kind: string): ISort {
    return this._value.sort[kind] ?? NEWEST_FIRST;
  }

  /** Sort by a column: times newest first, the rest from A to Z; once more turns it round. */
  sortBy(kind: string, by: string): void {
    const sort = this.sortOf(kind);
    const descending =
      sort.by === by ? !sort.descending : ['created', 'modified'].includes(by);
    this._save('sort', { ...this._value.sort, [kind]: { by, descending } });
  }

  dispose(): void {
    this._settings?.changed.disconnect(this._onSettings, this);
    Signal.clearData(this);
  }

  private _setColumns(kind: string, columns: ReadonlyArray<string>): void {
    const rest = Object.fromEntries(
      Object.entries(this._value.columns).filter(([one]) => one !== kind)
    );
    const usual =
      columns.length === DEFAULT_COLUMNS.length &&
      columns.every((column, index) => column === DEFAULT_COLUMNS[index]);
    this._save('columns', usual ? rest : { ...rest, [kind]: columns });
  }

  /** Shown at once; what the settings then say is what counts. */
  private _save(key: 'hiddenKinds' | 'columns' | 'sort', value: object): void {
    const name = key === 'hiddenKinds' ? 'hidden' : key;
    this._set({ ...this._value, [name]: value });
    this._settings
      ?.set(key, value as ReadonlyPartialJSONValue as never)
      .catch((reason: unknown) => {
        console.error(`The setting ${key} could not be saved`, reason);
        this._onSettings();
      });
  }

  private _read(): Omit<IPreferences, 'open'> {
    const composite = this._settings?.composite ?? {};
    return {
      hidden: isStrings(composite.hiddenKinds) ? composite.hiddenKinds : [],
      // The settings' schema has checked their shape.
      columns: (composite.columns ?? {}) as unknown as IPreferences['columns'],
      sort: sorts(composite.sort)
    };
  }

  private _onSettings(): void {
    this._set({ ...this._read(), open: this._value.open });
  }

  private _set(value: IPreferences): void {
    this._value = value;
    this._changed.emit();
  }

  private _changed = new Signal<this, void>(this);
  private _value: IPreferences;
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(one => typeof one === 'string');
}

function sorts(value: unknown): IPreferences['sort'] {
  const entries = Object.entries((value ?? {}) as { [kind: string]: ISort });
  return Object.fromEntries(
    entries.map(([kind, { by, descending }]) => [
      kind,
      { by, descending: descending ?? false }
    ])
  );
}
