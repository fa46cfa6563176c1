import { nullTranslator } from '@jupyterlab/translation';
import { act, cleanup, render, screen } from '@testing-library/react';
import * as React from 'react';

import { ApiError } from '../api';
import { ITrainingEpochs } from '../protocol';
import { ISmext } from '../tokens';
import { Epochs, epochWords } from '../views/resource/epochs';
import { problem } from './world';

const trans = nullTranslator.load('jupyter_smext');
const PLACE = { connection: 'local', region: 'us-east-1' };
const NOW = 1_700_000_000;
const KNOWN: ITrainingEpochs = {
  epoch: 6,
  of: 10,
  done: 5.5,
  pace: 350,
  ends: NOW + 26 * 60 + 20
};
const NONE: ITrainingEpochs = {
  epoch: null,
  of: null,
  done: null,
  pace: null,
  ends: null
};

describe('epochs', () => {
  const asked = jest.fn();
  let answer: () => ITrainingEpochs;
  const smext = {
    trans,
    api: {
      of: () => ({
        epochs: async (_: unknown, job: string) => {
          asked(job);
          return answer();
        }
      })
    }
  } as unknown as ISmext;

  beforeEach(() => {
    jest.useFakeTimers({ now: NOW * 1000 });
    asked.mockClear();
    answer = () => KNOWN;
  });

  afterEach(() => {
    cleanup();
    jest.useRealTimers();
  });

  async function show(job: string | null): Promise<(next: string) => void> {
    const { rerender } = render(
      <Epochs place={PLACE} job={job} smext={smext} />
    );
    await act(async () => undefined);
    return next => rerender(<Epochs place={PLACE} job={next} smext={smext} />);
  }

  it('stand as a bar with its words, and how they were estimated', async () => {
    await show('tune');
    const bar = screen.getByRole('progressbar', { name: 'Epochs' });
    const words = 'Epoch 6 of 10 · about 26 min left';
    expect(bar.getAttribute('aria-valuetext')).toBe(words);
    expect(bar.getAttribute('aria-valuenow')).toBe('5.5');
    expect(bar.querySelector('i')?.style.width).toBe('55%');
    expect(screen.getByText(words).title).toMatch(
      /^An estimate: .* 5 min 50 s/
    );
  });

  it('are asked for again, and what was known stays meanwhile', async () => {
    await show('tune');
    answer = () => ({ ...KNOWN, epoch: 7, ends: NOW + 1200 });
    await act(async () => {
      await jest.advanceTimersByTimeAsync(30_000);
    });
    screen.getByText('Epoch 7 of 10 · about 19 min left');
    answer = () => {
      throw new ApiError(problem('throttled'));
    };
    const before = asked.mock.calls.length;
    await act(async () => {
      await jest.advanceTimersByTimeAsync(30_000);
    });
    expect(asked.mock.calls.length).toBeGreaterThan(before);
    screen.getByText('Epoch 7 of 10 · about 19 min left');
  });

  it('are nothing where the log tells of none, or it does not train', async () => {
    answer = () => NONE;
    await show('tune');
    expect(screen.queryByRole('progressbar')).toBeNull();
    cleanup();
    asked.mockClear();
    await show(null);
    expect(screen.queryByRole('progressbar')).toBeNull();
    expect(asked).not.toHaveBeenCalled();
  });

  it('of one job are not those of another', async () => {
    const next = await show('tune');
    answer = () => NONE;
    next('other');
    expect(screen.queryByRole('progressbar')).toBeNull();
    await act(async () => undefined);
    expect(screen.queryByRole('progressbar')).toBeNull();
  });

  it('have no time that is left where none was measured, or it is over', () => {
    const unknown = { ...KNOWN, pace: null, ends: null };
    expect(epochWords(unknown, NOW, trans)).toBe('Epoch 6 of 10');
    const late = { ...KNOWN, ends: NOW - 1 };
    expect(epochWords(late, NOW, trans)).toBe('Epoch 6 of 10');
  });
});
