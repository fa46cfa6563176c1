type Scalar = string | number | boolean | null;

/**
 * A CSV text as rows of cells, by RFC 4180; a last empty line is none.
 */
export function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  const endRow = () => {
    row.push(cell);
    rows.push(row);
    row = [];
    cell = '';
  };
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (quoted) {
      if (char !== '"') {
        cell += char;
      } else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else {
        quoted = false;
      }
    } else if (char === '"' && cell === '') {
      quoted = true;
    } else if (char === ',') {
      row.push(cell);
      cell = '';
    } else if (char === '\n') {
      endRow();
    } else if (char !== '\r') {
      cell += char;
    }
  }
  if (cell !== '' || row.length) {
    endRow();
  }
  return rows;
}

/**
 * The rows that a JSON request holds, as CSV without a change of values; null where it holds none.
 *
 * #### Notes
 * Rows are an array, or under the names that SageMaker's algorithms and TensorFlow Serving use.
 */
export function csvOf(json: string): { csv: string; rows: number } | null {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return null;
  }
  const rows = rowsOf(value);
  return rows === null
    ? null
    : {
        csv: rows.map(row => row.map(cellOf).join(',')).join('\n'),
        rows: rows.length
      };
}

function rowsOf(value: unknown): Scalar[][] | null {
  if (Array.isArray(value)) {
    if (value.length && value.every(isScalar)) {
      return [value];
    }
    const rows = value.map(rowOf);
    return rows.length && rows.every(row => row !== null)
      ? (rows as Scalar[][])
      : null;
  }
  if (isObject(value)) {
    for (const name of ['instances', 'inputs', 'data', 'features']) {
      if (name in value) {
        return rowsOf(value[name]);
      }
    }
    const row = rowOf(value);
    return row === null ? null : [row];
  }
  return null;
}

function rowOf(value: unknown): Scalar[] | null {
  if (Array.isArray(value)) {
    return value.length && value.every(isScalar) ? value : null;
  }
  if (!isObject(value)) {
    return null;
  }
  for (const name of ['data', 'features', 'values']) {
    if (name in value) {
      return rowOf(value[name]);
    }
  }
  const cells = Object.values(value);
  return cells.length && cells.every(isScalar) ? cells : null;
}

function cellOf(value: Scalar): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

export function isScalar(value: unknown): value is Scalar {
  return (
    value === null || ['string', 'number', 'boolean'].includes(typeof value)
  );
}

export function isObject(
  value: unknown
): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
