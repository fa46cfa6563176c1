import { act, fireEvent, screen } from '@testing-library/react';

import { SessionComputes } from '../store/session-computes';
import { ISmext } from '../tokens';
import { IPreset, selectInstance } from '../views/switcher/dialog';
import { giveRoom } from './room';
import { smextOf, SwitchServer } from './switching';
import { Bus, until } from './world';

// jsdom knows the element, not what it does.
HTMLDialogElement.prototype.showModal = function () {
  this.open = true;
};
HTMLDialogElement.prototype.close = function () {
  this.open = false;
};

/**
 * The dialog *Select instance* over a server of each test's own; called where tests are described.
 */
export function shownDialog() {
  let server: SwitchServer;
  let bus: Bus;
  let smext: ISmext;
  let computes: SessionComputes;
  let answer: ReturnType<typeof selectInstance>;
  const saveAll = jest.fn(async () => ({ count: 3, seconds: 0.4 }));

  const computesOf = () =>
    new SessionComputes({
      api: server.api,
      stream: bus.stream,
      standby: 'never',
      debounce: 0
    });

  // For each of the 189 types.
  beforeAll(() => giveRoom(6000));

  beforeEach(() => {
    window.localStorage.clear();
    window.sessionStorage.clear();
    saveAll.mockClear();
    server = new SwitchServer();
    bus = new Bus();
    smext = smextOf(server.api, bus);
    computes = computesOf();
  });

  afterEach(async () => {
    // What is still open closes as by Escape.
    await act(async () => {
      document
        .querySelectorAll('dialog')
        .forEach(one => one.dispatchEvent(new Event('cancel')));
    });
    computes.dispose();
    smext.store.dispose();
  });

  const open = async (preset: IPreset = {}, kernel = true) => {
    computes.acquire();
    await until(
      computes.changed,
      () => computes.answered || computes.problem !== null
    );
    await act(async () => {
      answer = selectInstance(
        smext,
        computes,
        {
          path: 'work/churn.ipynb',
          session: kernel ? 'session-1' : null,
          saveAll
        },
        preset
      );
    });
    await screen.findByLabelText(/^This machine/);
  };
  // By name and role they would be found as well, but not among 189 in good time.
  const all = () => [
    ...document.querySelectorAll<HTMLElement>('.jp-smext-types [data-index]')
  ];
  const rows = () => all().map(row => row.children[0].textContent);
  const row = (name: string) =>
    all().find(row => row.textContent?.startsWith(name))!;
  const table = () => screen.findByRole('grid', { name: 'Instance types' });
  const press = (key: string, more: object = {}) =>
    act(async () => {
      fireEvent.keyDown(document.activeElement!, { key, ...more });
    });
  const confirm = () => screen.getByText('Save and switch');
  const why = () =>
    document.getElementById('jp-smext-switcher-why')?.textContent ?? '';
  const checked = async () => {
    await screen.findByText('Role, quota and state checked.');
  };

  return {
    get server() {
      return server;
    },
    get smext() {
      return smext;
    },
    get computes() {
      return computes;
    },
    get bus() {
      return bus;
    },
    get answer() {
      return answer;
    },
    /** Know nothing of the server again. */
    reload: () => {
      computes.dispose();
      computes = computesOf();
    },
    saveAll,
    open,
    rows,
    row,
    table,
    press,
    confirm,
    why,
    checked
  };
}
