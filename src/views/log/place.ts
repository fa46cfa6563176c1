import { IResourceId, ISmext } from '../../tokens';

/**
 * What the log viewer is given: `<LogView smext place compact? stream? line? visible? onMoved? onOpen? />`,
 * the default export of `views/log`, to be imported lazily.
 */
export interface ILogViewProps {
  readonly smext: ISmext;
  /** The resource that writes it; another one needs another `key`. */
  readonly place: IResourceId;
  /** Below other things: a few lines high, under a heading of its own. */
  readonly compact?: boolean;
  /** The id of the stream to begin with; without it the one that was written to last. */
  readonly stream?: string;
  /** The line to go to, from 0; without it the end. */
  readonly line?: number;
  /** Whether somebody can see it; nothing is read while not. By default it is so. */
  readonly visible?: boolean;
  /** Told of the stream and the line that are looked at; null at the end. */
  onMoved?(stream: string, line: number | null): void;
  /** Show it where there is more room. */
  onOpen?(stream: string, line: number | null): void;
}

/**
 * A stream and a line as the place of the view `logs` in an address: `LINE:STREAM`.
 */
export function logPlace(stream: string, line: number | null): string {
  return `${line ?? ''}:${stream}`;
}

/**
 * The stream and the line of {@link logPlace}; of another text, nothing.
 */
export function fromLogPlace(place: string | null | undefined): {
  stream?: string;
  line?: number;
} {
  const found = /^(\d{0,12}):(.+)$/s.exec(place ?? '');
  if (!found) {
    return {};
  }
  const [, line, stream] = found;
  return line ? { stream, line: Number(line) } : { stream };
}
