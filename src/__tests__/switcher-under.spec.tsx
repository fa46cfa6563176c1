import {
  act,
  configure,
  fireEvent,
  render,
  screen
} from '@testing-library/react';
import * as React from 'react';

import { SessionComputes } from '../store/session-computes';
import { ISmext } from '../tokens';
import { Seen } from '../views/switcher/seen';
import { Under } from '../views/switcher/under';
import { knownOf } from '../views/switcher/useNotebook';
import { OpenNotebook, Panel } from './open-notebook';
import { instance, session, step, SwitchServer, task, type } from './switching';
import { problem, until } from './world';

configure({ asyncUtilTimeout: 8000 });

let server: SwitchServer;
let smext: ISmext;
let computes: SessionComputes;
let panel: Panel;
let notebook: OpenNotebook;

beforeEach(() => {
  window.localStorage.clear();
  window.sessionStorage.clear();
  notebook = new OpenNotebook();
  ({ server, smext, computes, panel } = notebook);
});

afterEach(() => notebook.close());

const answered = () => notebook.answered();

describe('under the toolbar', () => {
  let seen: Seen;
  const choose = jest.fn();

  const show = async () => {
    await answered();
    seen = new Seen();
    const shown = render(
      <Under
        panel={panel.panel}
        computes={computes}
        smext={smext}
        seen={seen}
        onChoose={choose}
      />
    );
    return shown.container;
  };

  it('stands nothing while nothing happens', async () => {
    expect((await show()).textContent).toBe('');
  });

  it('a switch shows its steps, and speaks each once', async () => {
    server.switches = [task({ started: Date.now() / 1000 - 72 })];
    const container = await show();
    expect(screen.getByRole('heading').textContent).toBe(
      'Switching to ml.g4dn.xlarge'
    );
    const bar = screen.getByRole('progressbar');
    expect(bar.getAttribute('aria-valuenow')).toBe('1');
    expect(bar.getAttribute('aria-valuemax')).toBe('4');
    expect(screen.getByRole('status').textContent).toBe(
      'Step 2 of 4: Stop nb-cpu'
    );
    const current = container.querySelectorAll('[aria-current="step"]');
    expect(current).toHaveLength(1);
    expect(current[0].textContent).toContain('Stopping. Usually 2 min.');
    expect(container.textContent).toContain('Save 3 notebooks0.4 s');
    expect(container.textContent).toContain('about 2 min');
    expect(container.textContent).toContain(
      'the switch goes on. What Cancel does now: it goes back to ml.t3.medium.'
    );
    await act(async () => {
      server.go(notebook.bus, {
        cancel: null,
        steps: [
          step('Save 3 notebooks', 'done'),
          step('Stop nb-cpu', 'done'),
          step('Start nb-cpu', 'now'),
          step('Restore variables', 'todo')
        ]
      });
      await until(
        computes.changed,
        () => computes.switchOf('session-1', '')?.rev === 2
      );
    });
    expect(screen.getByRole('status').textContent).toBe(
      'Step 3 of 4: Start nb-cpu'
    );
    expect(screen.getByText('Cancel').getAttribute('aria-disabled')).toBe(
      'true'
    );
  });

  it('a switch can be cancelled, and says when that is refused', async () => {
    server.switches = [task()];
    await show();
    server.down = { cancel: problem('conflict', { title: 'Too late' }) };
    await act(async () => {
      fireEvent.click(screen.getByText('Cancel'));
    });
    expect(screen.getByText('Too late')).toBeDefined();
    server.down = {};
    server.switches = [
      task({
        rev: 2,
        state: 'cancelled',
        ended: 1010,
        left: [{ what: 'nb-cpu', state: 'In service.' }]
      })
    ];
    await act(async () => {
      fireEvent.click(screen.getByText('Cancel'));
    });
    expect(server.asked.filter(one => one === 'cancel')).toHaveLength(2);
    expect(
      screen.getByText('The switch to ml.g4dn.xlarge was cancelled.')
    ).toBeDefined();
    expect(screen.getByText('nb-cpu: In service.')).toBeDefined();
  });

  it('a switch can be hidden, goes on, and comes back', async () => {
    server.switches = [task()];
    const container = await show();
    await act(async () => {
      fireEvent.click(screen.getByLabelText('Hide; the switch goes on'));
    });
    expect(container.textContent).toBe('');
    const known = knownOf(panel.panel, computes).task!;
    act(() => seen.open(known));
    expect(screen.getByRole('progressbar')).toBeDefined();
  });

  describe('a failure', () => {
    const failed = task({
      rev: 2,
      state: 'failed',
      ended: 1182,
      back: 'ml.t3.medium',
      others: [
        type('ml.g4dn.2xlarge', { price: 0.94 }),
        type('ml.g5.xlarge', { price: null })
      ],
      left: [
        { what: 'nb-cpu', state: 'Stopped. Costs nothing while stopped.' },
        { what: 'Variables', state: 'Packed on this machine.' }
      ],
      steps: [
        step('Save 3 notebooks', 'done'),
        step('Start nb-cpu', 'failed'),
        step('Restore variables', 'todo')
      ],
      problem: problem('limit', {
        title: 'No ml.g4dn.xlarge is free right now',
        next: 'Your quota is fine.',
        detail: 'InsufficientInstanceCapacity when calling Start',
        code: 'InsufficientInstanceCapacity'
      })
    });

    it('says what happened, what is safe, what AWS said', async () => {
      server.switches = [failed];
      await show();
      const alert = screen.getByRole('alert');
      for (const words of [
        'No ml.g4dn.xlarge is free right now',
        'Your quota is fine. The switch stopped at step 2 of 3, Start nb-cpu, after 3 min 2 s.',
        'Stopped. Costs nothing while stopped.',
        'Packed on this machine.',
        'ml.g4dn.2xlarge ($0.94/h), ml.g5.xlarge',
        'What AWS said',
        'InsufficientInstanceCapacity when calling Start'
      ]) {
        expect(alert.textContent).toContain(words);
      }
      // The engine has no console.
      expect(screen.queryByText('Open in AWS console')).toBeNull();
    });

    it('is tried again, or gone back from', async () => {
      server.switches = [failed];
      await show();
      server.switches = [{ ...failed, rev: 3, state: 'running' }];
      await act(async () => {
        fireEvent.click(screen.getByText('Go back to ml.t3.medium'));
      });
      expect(server.asked).toContain('go-back');
      expect(screen.getByRole('progressbar')).toBeDefined();
      server.asked = [];
      await act(async () => {
        server.go(notebook.bus, { state: 'failed' });
        await until(
          computes.changed,
          () => computes.switchOf('session-1', '')?.state === 'failed'
        );
      });
      await act(async () => {
        fireEvent.click(screen.getByText('Retry'));
      });
      expect(server.asked).toContain('retry');
    });

    it('leads to other types', async () => {
      server.switches = [failed];
      await show();
      fireEvent.click(screen.getByText('Choose another type…'));
      expect(choose).toHaveBeenLastCalledWith(failed.then.at, undefined);
      fireEvent.click(screen.getByText('ml.g5.xlarge'));
      expect(choose).toHaveBeenLastCalledWith(failed.then.at, 'ml.g5.xlarge');
    });

    it('stays away once it is closed, also after a reload', async () => {
      server.switches = [failed];
      const container = await show();
      await act(async () => {
        fireEvent.click(screen.getByLabelText('Close'));
      });
      expect(container.textContent).toBe('');
      expect(new Seen().isClosed(failed)).toBe(true);
      expect(new Seen().isClosed({ ...failed, ended: 2000 })).toBe(false);
    });
  });

  it('what did not come along is said where someone waited for it', async () => {
    const done = task({
      rev: 2,
      state: 'done',
      ended: 1220,
      notes: ['conn did not come: an open connection.']
    });
    server.switches = [done];
    const container = await show();
    expect(container.textContent).toBe('');
    act(() => {
      seen.follow(done);
      seen.open(done);
    });
    expect(container.textContent).toBe(
      'Switched to ml.g4dn.xlarge in 3 min 40 s.conn did not come: an open connection.'
    );
  });

  it('a cut line is said, and one that is over offers another instance', async () => {
    server.sessions = [session({ line: 'lost', note: 'Some output is lost.' })];
    const container = await show();
    expect(container.textContent).toContain(
      'The line to the kernel on nb-cpu is cut; it is tried again.Some output is lost.'
    );
    server.sessions = [
      session({
        line: 'ended',
        compute: instance('nb-cpu', { status: 'Stopped' })
      })
    ];
    await act(() => computes.read());
    expect(screen.getByRole('alert').textContent).toContain(
      'The kernel on nb-cpu is gone.nb-cpu is stopped.'
    );
    fireEvent.click(screen.getByText('Select instance…'));
    expect(choose).toHaveBeenLastCalledWith(instance('nb-cpu').at);
  });

  it('a kernel that is gone is followed by a new one where its instance is up', async () => {
    server.sessions = [session({ line: 'ended' })];
    await show();
    expect(screen.getByRole('alert').textContent).toContain(
      'nb-cpu is up again.'
    );
    server.down = { start: problem('conflict', { title: 'It is taken' }) };
    await act(async () => {
      fireEvent.click(screen.getByText('Start a new kernel'));
    });
    expect(screen.getByText('It is taken')).toBeDefined();
    server.down = {};
    await act(async () => {
      fireEvent.click(screen.getByText('Start a new kernel'));
    });
    expect(server.requests).toMatchObject([
      {
        session_id: 'session-1',
        path: 'work/churn.ipynb',
        to: instance('nb-cpu').at,
        instance_type: null,
        carried: { variables: false, packages: false, files: false }
      }
    ]);
    expect(screen.getByRole('progressbar')).toBeDefined();
  });

  it('a line that is cut says when its instance has failed', async () => {
    const compute = instance('nb-cpu', { status: 'Failed', tone: 'bad' });
    server.sessions = [session({ line: 'lost', compute })];
    const container = await show();
    expect(container.textContent).toContain('nb-cpu has failed.');
  });

  it('a note of an open line can be put away', async () => {
    server.sessions = [session({ note: 'Lines 10 to 12 are lost.' })];
    const container = await show();
    expect(container.textContent).toBe('Lines 10 to 12 are lost.');
    fireEvent.click(screen.getByLabelText('Close'));
    expect(container.textContent).toBe('');
  });
});
