import { nullTranslator } from '@jupyterlab/translation';
import {
  act,
  cleanup,
  fireEvent,
  render,
  screen
} from '@testing-library/react';
import * as React from 'react';

import { IPhase, ITimeline } from '../protocol';
import { ISmext } from '../tokens';
import { Timeline } from '../views/resource/timeline';
import { problem } from './world';

const trans = nullTranslator.load('jupyter_smext');
const PLACE = { connection: 'local', region: 'us-east-1' };
const START = 1_700_000_000;

function phase(label: string, more: Partial<IPhase> = {}): IPhase {
  return {
    status: label,
    label,
    message: '',
    started: null,
    ended: null,
    state: 'todo',
    tone: 'unknown',
    usual_s: null,
    usual_of: 0,
    resource: null,
    ...more
  };
}

function timeline(
  phases: ReadonlyArray<IPhase>,
  more: Partial<ITimeline> = {}
): ITimeline {
  return {
    phases,
    started: START,
    ended: null,
    parallel: false,
    training_s: null,
    billable_s: null,
    saved: null,
    price: null,
    billed_s: null,
    cost: null,
    waits: '',
    note: '',
    problem: null,
    ...more
  };
}

const done = (label: string, from: number, to: number) =>
  phase(label, {
    started: START + from,
    ended: START + to,
    state: 'done',
    tone: 'ok'
  });

describe('a timeline', () => {
  const openResource = jest.fn();
  const smext = { trans, openResource } as unknown as ISmext;

  beforeEach(() => {
    jest.useFakeTimers();
    jest.setSystemTime(1000 * (START + 300));
    openResource.mockClear();
  });

  afterEach(() => {
    cleanup();
    jest.useRealTimers();
  });

  const show = (line: ITimeline, visible = true) =>
    render(
      <Timeline timeline={line} place={PLACE} smext={smext} visible={visible} />
    );
  const rows = () =>
    screen.getAllByRole('listitem').map(row => row.textContent);
  const bars = () =>
    [...document.querySelectorAll<HTMLElement>('.jp-smext-track > i')].map(
      ({ style }) => `${style.left} ${style.width}`
    );

  it('goes on by the second while somebody looks', () => {
    const line = timeline([
      done('Starting', 0, 100),
      phase('Training', { started: START + 100, state: 'now', tone: 'busy' }),
      phase('Uploading', { usual_s: 120, usual_of: 4 })
    ]);
    show(line);
    expect(rows()).toEqual([
      'Starting1 min 40 s',
      'Training3 min 20 s',
      'Uploadingabout 2 min 0 s'
    ]);
    expect(bars()).toEqual(['0.00% 33.33%', '33.33% 66.67%']);
    act(() => jest.advanceTimersByTime(2000));
    expect(rows()[1]).toBe('Training3 min 22 s');
    const now = document.querySelector('[aria-current=step]');
    expect(now?.textContent).toContain('Training');
    expect(screen.getByRole('status').textContent).toBe('Training');
    cleanup();
    show(line, false);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('says what is waited for, and how long that took others', () => {
    show(
      timeline(
        [
          phase('Waiting for capacity', {
            started: START + 240,
            state: 'now',
            tone: 'busy',
            usual_s: 180,
            usual_of: 6
          }),
          phase('Training')
        ],
        { waits: 'AWS has no free instance.' }
      )
    );
    expect(
      screen.getByText(
        'AWS has no free instance. It usually takes 3 min 0 s here: the median of 6.'
      )
    ).toBeTruthy();
    // A minute of three: two are dashed.
    expect(bars()).toEqual(['57.14% 14.29%', '71.43% 28.57%']);
  });

  it('says of an ended one what was not reached, and what spot saved', () => {
    show(
      timeline(
        [
          done('Starting', 0, 100),
          phase('Training', {
            started: START + 100,
            ended: START + 200,
            state: 'failed',
            tone: 'bad',
            message: '<img src=x onerror=alert(1)>'
          }),
          phase('Uploading')
        ],
        {
          ended: START + 200,
          training_s: 2280,
          billable_s: 684,
          saved: 0.7,
          cost: 0.14
        }
      )
    );
    expect(rows()[2]).toBe('Uploadingnot reached');
    expect(
      screen.getByText(
        'Billed 11 min 24 s of 38 min 0 s: spot saved $0.33 (70 %).'
      )
    ).toBeTruthy();
    expect(document.querySelector('img')).toBeNull();
    expect(screen.getByRole('img', { name: 'failed' })).toBeTruthy();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('leads to what did the work', () => {
    show(
      timeline(
        [
          {
            ...done('<b>job</b>', 0, 9),
            resource: {
              role: '',
              kind: 'training-job',
              id: 'j',
              name: 'j',
              texts: []
            }
          }
        ],
        { ended: START + 9 }
      )
    );
    fireEvent.click(screen.getByText('<b>job</b>'));
    expect(openResource).toHaveBeenCalledWith({
      ...PLACE,
      kind: 'training-job',
      id: 'j'
    });
  });

  it('says why it could not be read, and is not there without any phase', () => {
    show(
      timeline([], { problem: problem('throttled', { title: 'Too fast' }) })
    );
    expect(screen.getByRole('alert').textContent).toContain('Too fast');
    cleanup();
    const { container } = show(timeline([]));
    expect(container.textContent).toBe('');
  });
});
