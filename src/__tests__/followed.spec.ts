import { Notification } from '@jupyterlab/apputils';
import { Event } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';

import { ApiError } from '../api';
import { TASK_EVENT } from '../protocol';
import { FollowedTasks, Outcome } from '../views/task/followed';
import { Bus, problem, until } from './world';

interface IWork {
  readonly id: string;
  readonly rev: number;
  readonly state: Outcome;
}

describe('followed tasks', () => {
  let bus: Bus;
  let work: Map<string, IWork>;
  let shown: string[];
  let remembered: ReadonlyArray<string>;
  let tasks: FollowedTasks<IWork>;

  beforeEach(() => {
    Notification.dismiss();
    bus = new Bus();
    work = new Map([['a', { id: 'a', rev: 1, state: 'running' }]]);
    shown = [];
    remembered = [];
    tasks = new FollowedTasks<IWork>({
      task: 'jumpstart',
      stream: bus.stream,
      trans: nullTranslator.load('jupyter_smext'),
      read: async id => {
        const found = work.get(id);
        if (!found) {
          throw new ApiError(problem('not_found'));
        }
        return found;
      },
      outcome: ({ state }) => state,
      describe: ({ id, state }) => ({ message: `${id}: ${state}` }),
      show: ({ id }) => shown.push(id),
      remember: ids => {
        remembered = ids;
      }
    });
  });

  async function become(state: Outcome): Promise<void> {
    const before = work.get('a')!;
    work.set('a', { ...before, rev: before.rev + 1, state });
    let seen = false;
    tasks.changed.connect((_, { rev }) => {
      seen ||= rev > before.rev;
    });
    (bus.stream as unknown as Signal<unknown, object>).emit({
      schema_id: TASK_EVENT,
      task: 'jumpstart',
      id: 'a',
      rev: before.rev + 1
    } as unknown as Event.Emission);
    await until(tasks.changed, () => seen);
  }

  const told = () =>
    Notification.manager.notifications.map(({ message, type }) => [
      message,
      type
    ]);

  it('are told of after a reload, until they are over', async () => {
    await tasks.resume(['gone', 'a']);
    expect(told()).toEqual([['a: running', 'in-progress']]);
    expect(remembered).toEqual(['a']);
    await become('done');
    expect(told()).toEqual([['a: done', 'success']]);
    expect(remembered).toEqual([]);
    Notification.manager.notifications[0].options.actions![0].callback(
      new MouseEvent('click')
    );
    expect(shown).toEqual(['a']);
  });

  it('are not told of while they are shown', async () => {
    const session = tasks.follow(work.get('a')!);
    const held = [tasks.hold(session), tasks.hold(session)];
    held.pop()!.dispose();
    await become('running');
    expect(told()).toEqual([]);
    held.pop()!.dispose();
    expect(told()).toEqual([['a: running', 'in-progress']]);
    expect(tasks.follow(work.get('a')!)).toBe(session);
    const again = tasks.hold(session);
    expect(told()).toEqual([]);
    await become('failed');
    expect(told()).toEqual([]);
    again.dispose();
    expect(session.isDisposed).toBe(true);
  });

  it('are told of as changed only where they are as they were not before', async () => {
    const session = tasks.follow(work.get('a')!);
    const revs: number[] = [];
    tasks.changed.connect((_, { rev }) => revs.push(rev));
    const read = async () => work.get('a')!;
    await session.attempt(read);
    expect(revs).toEqual([]);
    work.set('a', { id: 'a', rev: 2, state: 'running' });
    await session.attempt(read);
    await session.attempt(read);
    expect(revs).toEqual([2]);
    session.dispose();
  });

  it('come back with their result when their notification was closed', async () => {
    await tasks.resume(['a']);
    Notification.dismiss();
    await become('running');
    expect(told()).toEqual([]);
    await become('cancelled');
    expect(told()).toEqual([['a: cancelled', 'warning']]);
  });
});
