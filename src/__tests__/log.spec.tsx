import { CommandRegistry } from '@lumino/commands';
import { JupyterFrontEnd } from '@jupyterlab/application';
import { Clipboard } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import {
  act,
  cleanup,
  configure,
  fireEvent,
  render,
  screen,
  waitFor
} from '@testing-library/react';
import * as React from 'react';

import schema from '../../schema/log.json';
import { ApiError } from '../api';
import { ARGUMENTS } from '../command-arguments';
import { CommandIDs } from '../commands';
import plugin from '../plugins/log';
import { ISmext, ISmextLoader } from '../tokens';
import LogView from '../views/log';
import { LogPages, PAGE } from '../views/log/pages';
import { fromLogPlace, ILogViewProps, logPlace } from '../views/log/place';
import { LINE, LogScroll } from '../views/log/scroll';
import { pieces, visible } from '../views/log/text';
import { Logs, written } from './logs';
import { apiOf, problem } from './world';

configure({ asyncUtilTimeout: 8000 });

const trans = nullTranslator.load('jupyter_smext');
const HOSTILE = '<img src=x onerror="window.hurt=1">';
const PLACE = {
  connection: 'local',
  region: 'us-east-1',
  kind: 'training-job',
  id: 'job'
};

describe('a log', () => {
  let logs: Logs;
  let moved: [string, number | null][];

  const show = async (props: Partial<ILogViewProps> = {}) => {
    const smext = { api: apiOf(logs.api), trans } as ISmext;
    const view = (more: Partial<ILogViewProps> = {}) => (
      <LogView
        smext={smext}
        place={PLACE}
        onMoved={(stream, line) => moved.push([stream, line])}
        {...props}
        {...more}
      />
    );
    const shown = render(view());
    return {
      ...shown,
      again: (more: Partial<ILogViewProps>) => shown.rerender(view(more))
    };
  };
  const box = () => screen.findByRole('log');
  const line = (number: number) =>
    document.querySelector<HTMLElement>(`[data-line="${number}"]`);
  const current = () =>
    document.querySelector<HTMLElement>('[data-current]')?.dataset.line;
  const key = async (name: string, more: object = {}) => {
    fireEvent.keyDown(await box(), { key: name, ...more });
  };
  /** Run a command as its key does: while the log has the focus. */
  const command = async (id: string) => {
    const commands = new CommandRegistry();
    await plugin.activate(
      { commands } as unknown as JupyterFrontEnd,
      { trans } as ISmextLoader
    );
    (await box()).focus();
    await act(() => commands.execute(id));
  };

  beforeEach(() => {
    logs = new Logs();
    logs.texts.a = Array.from({ length: 3000 }, (_, at) =>
      written(`line ${at}`)
    );
    moved = [];
  });

  afterEach(() => {
    cleanup();
  });

  it('shows its end, and only what is seen of it', async () => {
    await show();
    await waitFor(() => expect(line(2999)?.textContent).toContain('line 2999'));
    expect(screen.getByText('3,000 lines · 1 s behind')).toBeTruthy();
    expect(document.querySelectorAll('[data-line]').length).toBeLessThan(30);
    expect(line(2999)!.children[0].textContent).toBe('3000');
    expect((line(2999)!.children[1] as HTMLElement).title).toContain(
      '2023-11-14T22:13:20.123Z'
    );
  });

  it('follows what is written, until somebody looks elsewhere', async () => {
    await show();
    await waitFor(() => expect(line(2999)?.textContent).toContain('line'));
    logs.texts.a.push(written('newest'));
    await waitFor(() => expect(line(3000)?.textContent).toContain('newest'));
    await key('Home');
    await waitFor(() => expect(line(0)?.textContent).toContain('line 0'));
    const follow = screen.getByRole('switch', { name: 'Follow' });
    expect(follow.getAttribute('aria-checked')).toBe('false');
    logs.texts.a.push(written('even newer'));
    await screen.findByText('3,002 lines · 1 s behind');
    expect(line(0)).not.toBeNull();
    await command(CommandIDs.logFollow);
    await waitFor(() => expect(line(3001)?.textContent).toContain('newer'));
    expect(follow.getAttribute('aria-checked')).toBe('true');
  });

  it('goes to a line that is asked for, and tells where it is', async () => {
    const { again } = await show({ stream: 'a', line: 1500 });
    await waitFor(() => expect(current()).toBe('1500'));
    await waitFor(() => expect(line(1500)!.textContent).toContain('line 1500'));
    await waitFor(() => expect(moved).toContainEqual(['a', 1500]));
    await key('ArrowDown');
    expect(current()).toBe('1501');
    await waitFor(() => expect(moved).toContainEqual(['a', 1501]));
    again({ stream: 'a', line: 1501 });
    again({ stream: 'a', line: 7 });
    await waitFor(() => expect(current()).toBe('7'));
    logs.texts.b = [written('of b'), written('at last')];
    again({ stream: 'b', line: 1 });
    await waitFor(() => expect(current()).toBe('1'));
    await waitFor(() => expect(line(1)!.textContent).toContain('at last'));
  });

  it('reads each page once, and no more than are looked at', async () => {
    await show({ line: 1500 });
    await waitFor(() => expect(line(1500)?.textContent).toContain('line'));
    await key('PageDown');
    await key('PageUp');
    const pages = logs.asked.filter(one => / (1000|1500) 500$/.test(one));
    expect(pages).toHaveLength(new Set(pages).size);
    expect(logs.asked).not.toContain('a 0 500');
    expect(logs.asked).not.toContain('a 500 500');
  });

  it('leads to where there is more room', async () => {
    const onOpen = jest.fn();
    await show({ compact: true, line: 1500, onOpen });
    await waitFor(() => expect(current()).toBe('1500'));
    fireEvent.click(screen.getByRole('button', { name: 'Open in Logs' }));
    expect(onOpen).toHaveBeenCalledWith('a', 1500);
  });

  it('searches, and goes through the matches', async () => {
    await show();
    await box();
    await command(CommandIDs.logSearch);
    const field = screen.getByRole('searchbox');
    expect(document.activeElement).toBe(field);
    fireEvent.change(field, { target: { value: 'line 99' } });
    fireEvent.keyDown(field, { key: 'Enter' });
    // Round the end to the first one: it began at the end.
    await screen.findByText('1 of 11');
    expect(current()).toBe('99');
    await command(CommandIDs.logNextMatch);
    expect(current()).toBe('990');
    await command(CommandIDs.logPreviousMatch);
    await command(CommandIDs.logPreviousMatch);
    expect(current()).toBe('999');
    await waitFor(() =>
      expect(line(999)!.querySelector('mark')?.textContent).toBe('line 99')
    );
    fireEvent.keyDown(field, { key: 'Escape' });
    await waitFor(() => expect(document.querySelector('mark')).toBeNull());
  });

  it('says why it cannot search', async () => {
    logs.badSearch = new ApiError(
      problem('broken', { title: 'This is no regular expression' })
    );
    await show();
    await box();
    fireEvent.click(screen.getByRole('button', { name: 'Regular expression' }));
    fireEvent.change(screen.getByRole('searchbox'), { target: { value: '(' } });
    await screen.findByText('This is no regular expression');
  });

  it('leads to the first error', async () => {
    logs.texts.a[40] = written('Traceback', { level: 'error' });
    logs.texts.a[41] = written('RuntimeError', { level: 'error' });
    await show();
    await box();
    const button = screen.getByRole('button', { name: /First error/ });
    expect(button.title).toBe('2 lines read like errors');
    await command(CommandIDs.logFirstError);
    expect(current()).toBe('40');
    expect(button.getAttribute('aria-pressed')).toBe('true');
    await waitFor(() => expect(line(40)!.dataset.level).toBe('error'));
  });

  it('shows what is hostile as text', async () => {
    logs.texts.a = [
      written(HOSTILE),
      written('\u001b[31mred\u001b[0m \u202egnp.exe \u0000 end')
    ];
    await show();
    await waitFor(() => expect(line(0)?.textContent).toContain(HOSTILE));
    expect(document.querySelector('img')).toBeNull();
    expect(line(1)!.children[2].textContent).toBe(
      'red <U+202E>gnp.exe \u2400 end'
    );
  });

  it('has a line whole on demand, however long it is', async () => {
    logs.texts.a = [
      written('x'.repeat(2000), { length: 100 * 2 ** 20, whole: false })
    ];
    await show({ line: 0 });
    await waitFor(() => expect(current()).toBe('0'));
    expect(line(0)!.children[2].textContent!.length).toBeLessThan(700);
    await key('Enter');
    const whole = await screen.findByLabelText('The whole line');
    await waitFor(() => expect(whole.textContent).toContain('whole 0 '));
    expect(screen.getByText(/· 100 MiB/)).toBeTruthy();
    expect(screen.getByText('Download the line').getAttribute('href')).toBe(
      '/download/a/0'
    );
    await key('Escape');
    expect(screen.queryByLabelText('The whole line')).toBeNull();
  });

  it('copies the lines that are chosen', async () => {
    const copied = jest
      .spyOn(Clipboard, 'copyToSystem')
      .mockImplementation(() => undefined);
    await show({ line: 10 });
    await waitFor(() => expect(current()).toBe('10'));
    await key('ArrowDown', { shiftKey: true });
    await key('ArrowDown', { shiftKey: true });
    fireEvent.click(screen.getByRole('button', { name: 'Copy 3 lines' }));
    await waitFor(() =>
      expect(copied).toHaveBeenCalledWith('line 10\nline 11\nline 12')
    );
    copied.mockRestore();
  });

  it('has the stream that was written to last, and others to choose', async () => {
    logs.texts.b = [written('of b')];
    await show();
    await screen.findByText('of b');
    fireEvent.change(screen.getByRole('combobox', { name: 'Stream' }), {
      target: { value: 'a' }
    });
    await waitFor(() => expect(line(2999)?.textContent).toContain('line 2999'));
    expect(
      screen
        .getByRole('link', { name: 'Download the log' })
        .getAttribute('href')
    ).toBe('/download/a/');
  });

  it('says what an empty log is', async () => {
    logs.texts = {};
    logs.listed = { said: 'The log group is not there yet.' };
    const { unmount } = await show();
    await screen.findByText('The log group is not there yet.');
    unmount();
    logs.listed = {};
    logs.texts = { a: [] };
    logs.state = { ended: true };
    await show();
    await screen.findByText('Nothing was written to this log.');
  });

  it('says why it cannot be read, keeps what it has, and tries again', async () => {
    await show();
    await waitFor(() => expect(line(2999)?.textContent).toContain('line'));
    logs.state = { problem: problem('denied', { title: 'Not allowed' }) };
    await screen.findByText('Not allowed');
    expect(line(2999)).not.toBeNull();
    cleanup();
    logs.state = {};
    logs.failing = new ApiError(problem('offline'));
    await show();
    await screen.findByText('It is offline');
    logs.failing = null;
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(line(2999)?.textContent).toContain('line'));
    expect(screen.queryByText('It is offline')).toBeNull();
  });

  it('begins anew where another stream took its place', async () => {
    await show();
    await waitFor(() => expect(line(2999)?.textContent).toContain('line'));
    logs.texts.a = [written('second life')];
    await waitFor(() => expect(line(0)?.textContent).toContain('second life'));
  });

  it('asks nothing while nobody sees it', async () => {
    await show({ visible: false });
    await act(() => new Promise(done => setTimeout(done, 300)));
    expect(logs.asked).toEqual([]);
  });
});

describe('the keys of a log', () => {
  it('are commands that say what they take', async () => {
    const commands = new CommandRegistry();
    await plugin.activate(
      { commands } as unknown as JupyterFrontEnd,
      { trans } as ISmextLoader
    );
    const shortcuts = schema['jupyter.lab.shortcuts'];
    expect(shortcuts).toHaveLength(commands.listCommands().length);
    for (const { command, selector } of shortcuts) {
      expect(selector).toBe('.jp-smext-log');
      expect(commands.label(command)).not.toBe('');
      expect((await commands.describedBy(command)).args).toBe(
        ARGUMENTS[command]
      );
    }
  });
});

describe('the place of a log', () => {
  it('is a stream and a line', () => {
    expect(fromLogPlace(logPlace('job/a:1', 41))).toEqual({
      stream: 'job/a:1',
      line: 41
    });
    expect(fromLogPlace(logPlace('9:x', null))).toEqual({ stream: '9:x' });
    expect(fromLogPlace('nothing')).toEqual({});
    expect(fromLogPlace(null)).toEqual({});
  });
});

describe('the pages of a log', () => {
  it('are filled from their beginnings, and the oldest go', () => {
    const pages = new LogPages();
    const many = (count: number, text = 'x') =>
      Array.from({ length: count }, () => written(text));
    pages.put(3, many(2));
    expect(pages.line(3)).toBeUndefined();
    pages.put(0, many(10));
    pages.put(8, many(5, 'y'));
    expect(pages.line(9)!.text).toBe('x');
    expect(pages.line(12)!.text).toBe('y');
    expect(pages.missing(0, 20, 13)).toBeNull();
    expect(pages.missing(0, 20, 600)).toEqual({ start: 13, count: PAGE - 13 });
    for (let page = 0; page < 10; page++) {
      pages.put(page * PAGE, many(PAGE, 'z'.repeat(1000)));
      pages.missing(page * PAGE, page * PAGE + 40, 10 * PAGE);
    }
    expect(pages.line(9 * PAGE)).toBeDefined();
    expect(pages.line(0)).toBeUndefined();
  });
});

describe('scrolling through a log', () => {
  it('reaches each of more lines than a browser has pixels for', () => {
    const scroll = new LogScroll();
    const count = 5_000_000;
    scroll.resize(count, 360);
    expect(scroll.scrolled).toBeLessThan(16_000_000);
    scroll.moved(scroll.scrolled - 360);
    expect(scroll.last).toBe(count - 1);
    scroll.moved(0);
    expect(scroll.first).toBe(0);
    // A notch of the wheel is a notch.
    scroll.moved(54);
    expect(scroll.top).toBe(54);
    for (const line of [0, 1, 2_499_999, count - 1]) {
      scroll.show(line);
      expect(scroll.first).toBeLessThanOrEqual(line);
      expect(scroll.last).toBeGreaterThanOrEqual(line);
    }
    scroll.step(1000);
    expect(scroll.first).toBe(1000);
    scroll.step(1020);
    expect(scroll.last).toBe(1020);
  });

  it('is one to one where there is room', () => {
    const scroll = new LogScroll();
    scroll.resize(1000, 360);
    scroll.moved(1234.5);
    expect(scroll.top).toBe(1234.5);
    expect(scroll.go(1e9)).toBe(1000 * LINE - 360);
    scroll.resize(3, 360);
    expect(scroll.top).toBe(0);
    expect(scroll.last).toBe(2);
  });
});

describe('the text of a line', () => {
  const query = { text: 'error', regex: false, match_case: false };

  it('is cut at what matches', () => {
    expect(pieces('an Error, error', query, true)).toEqual([
      'an ',
      'Error',
      ', ',
      'error',
      ''
    ]);
    expect(pieces('an Error', { ...query, match_case: true }, false)).toEqual([
      'an Error'
    ]);
    const far = pieces(`${'x'.repeat(5000)}error`, query, true);
    expect(far.join('').length).toBeLessThan(100);
    expect(far[1]).toBe('error');
  });

  it('is no place for a pattern to run', () => {
    const evil = { text: '(a+)+$', regex: true, match_case: false };
    const text = `${'a'.repeat(60)}!`;
    expect(pieces(text, evil, true)).toEqual(['', text]);
    expect(pieces(text, evil, false)).toEqual([text]);
  });

  it('names what would not be seen', () => {
    expect(visible('a\u001b[1mb\u200bc\td\r')).toBe('ab<U+200B>c\td\u240d');
  });
});
