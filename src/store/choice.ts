import { WindowMemory } from '../memory';
import { IConnection } from '../protocol';

/**
 * The connection and the regions that a browser window looks at.
 */
export interface IChoice {
  readonly connection: string | null;
  readonly regions: ReadonlyArray<string>;
}

/**
 * Whether a value read from storage is a choice.
 */
export function isChoice(value: unknown): value is IChoice {
  const choice = value as IChoice | null;
  return (
    typeof choice === 'object' &&
    choice !== null &&
    (choice.connection === null || typeof choice.connection === 'string') &&
    Array.isArray(choice.regions) &&
    choice.regions.every(region => typeof region === 'string')
  );
}

const NO_CHOICE: IChoice = { connection: null, regions: [] };

const DEFAULT_REGION = 'us-east-1';

/**
 * What the window looks at, and in which regions it last looked at each connection.
 */
export class Choice {
  constructor(private readonly _memory: WindowMemory<IChoice>) {
    this._value = this._memory.load() ?? NO_CHOICE;
  }

  get value(): IChoice {
    return this._value;
  }

  set(value: IChoice, remember: boolean): void {
    this._value = value;
    if (value.connection !== null) {
      this._regionsOf.set(value.connection, value.regions);
    }
    if (remember) {
      this._memory.save(value);
    }
  }

  /** Where to look through a connection: where it was last, else its own region. */
  regionsOf(id: string, connection: IConnection | null): ReadonlyArray<string> {
    return this._regionsOf.get(id) ?? [ownRegion(connection)];
  }

  private _regionsOf = new Map<string, ReadonlyArray<string>>();
  private _value: IChoice;
}

/**
 * The region that a connection names, else the usual one of its partition.
 */
export function ownRegion(connection: IConnection | null): string {
  if (connection === null) {
    return DEFAULT_REGION;
  }
  const { region, regions } = connection;
  return (
    region ??
    (regions.includes(DEFAULT_REGION) ? DEFAULT_REGION : regions[0]) ??
    DEFAULT_REGION
  );
}
