import { nullTranslator } from '@jupyterlab/translation';

import { IConnection } from '../protocol';
import {
  consoleUrl,
  whyNot,
  whyNothing,
  whyNotOpen
} from '../views/panel/verbs';
import { kind, problem, row, World } from './world';

const trans = nullTranslator.load('jupyter_smext');
const connection: IConnection = new World().connections[1];

function ref(status: string, open_when: string[] = []) {
  return {
    connection: connection.id,
    region: 'cn-north-1',
    kind: kind('model', {
      console: 'https://{region}.{domain}/home?region={region}#/models/{name}',
      open_when
    }),
    row: row('a/b', { status })
  };
}

describe('whyNothing', () => {
  it('is the connection first, then what stands in its way', () => {
    const readOnly = { ...connection, read_only: true };
    const gone = problem('offline');
    expect(whyNothing(connection, null, trans)).toBeNull();
    expect(whyNothing(connection, problem('throttled'), trans)).toBeNull();
    expect(whyNothing(connection, gone, trans)).toBe('offline');
    expect(whyNothing(readOnly, gone, trans)).toBe('read-only connection');
  });
});

describe('whyNot', () => {
  const stop = {
    operation: 'StopNotebookInstance',
    label: 'Stop',
    when: ['InService', 'Failed'],
    danger: false,
    shutdown: true,
    form: false,
    on: null
  };

  it('names the states in which it can be done', () => {
    expect(whyNot(stop, ref('Failed'), null, trans)).toBeNull();
    expect(whyNot(stop, ref('Stopped'), null, trans)).toBe(
      'only when InService or Failed'
    );
    expect(whyNot(stop, ref('Failed'), 'offline', trans)).toBe('offline');
  });
});

describe('whyNotOpen', () => {
  it('is by the states of the kind, any where it names none', () => {
    expect(whyNotOpen(ref('Stopped'), null, trans)).toBeNull();
    expect(whyNotOpen(ref('Stopped', ['InService']), null, trans)).toBe(
      'only when InService'
    );
    expect(whyNotOpen(ref('InService', ['InService']), null, trans)).toBeNull();
    expect(whyNotOpen(ref('InService'), 'signed out', trans)).toBe(
      'signed out'
    );
  });
});

describe('consoleUrl', () => {
  it('is at the console of the connection, with the name escaped', () => {
    const china = { ...connection, console: 'console.amazonaws.cn' };
    expect(consoleUrl(ref('InService'), china)).toBe(
      'https://cn-north-1.console.amazonaws.cn/home?region=cn-north-1#/models/a%2Fb'
    );
    expect(consoleUrl(ref('InService'), null)).toBeNull();
  });
});
