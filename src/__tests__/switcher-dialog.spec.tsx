import { act, configure, fireEvent, screen } from '@testing-library/react';

import { IInstanceType } from '../protocol';
import { SessionComputes } from '../store/session-computes';
import { ISmext } from '../tokens';
import { IPreset, selectInstance } from '../views/switcher/dialog';
import {
  instance,
  local,
  preview,
  session,
  smextOf,
  SwitchServer,
  task,
  type
} from './switching';
import { Bus, problem, until } from './world';

configure({ asyncUtilTimeout: 8000 });

// jsdom knows the element, not what it does.
HTMLDialogElement.prototype.showModal = function () {
  this.open = true;
};
HTMLDialogElement.prototype.close = function () {
  this.open = false;
};

describe('Select instance', () => {
  let server: SwitchServer;
  let bus: Bus;
  let smext: ISmext;
  let computes: SessionComputes;
  let answer: ReturnType<typeof selectInstance>;
  const saveAll = jest.fn(async () => ({ count: 3, seconds: 0.4 }));

  beforeEach(() => {
    window.localStorage.clear();
    window.sessionStorage.clear();
    saveAll.mockClear();
    server = new SwitchServer();
    bus = new Bus();
    smext = smextOf(server.api, bus);
    computes = new SessionComputes({
      api: server.api,
      stream: bus.stream,
      standby: 'never',
      debounce: 0
    });
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
    ...document.querySelectorAll<HTMLTableRowElement>(
      '.jp-smext-types tbody tr'
    )
  ];
  const rows = () => all().map(row => row.cells[0].textContent);
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

  it('offers the places, with that of the kernel chosen', async () => {
    await open();
    expect(
      screen.getAllByRole('radio').map(one => one.parentElement?.textContent)
    ).toEqual([
      'nb-cpu notebook instance, in service',
      'team-space Studio space, in service',
      'New notebook instance… ',
      'This machine 8 vCPU + 31 GiB'
    ]);
    expect(
      screen.getByRole<HTMLInputElement>('radio', { name: /^nb-cpu/ }).checked
    ).toBe(true);
    expect(
      screen
        .getByRole('dialog', { hidden: true })
        .getAttribute('aria-labelledby')
    ).toBe(screen.getByRole('heading', { level: 2 }).id);
  });

  it('lists the types by price, without those of no quota, the present one marked', async () => {
    await open();
    await table();
    expect(rows()).toEqual([
      'ml.t3.medium now',
      'ml.m5.large',
      'ml.g4dn.xlarge',
      'ml.g5.xlarge'
    ]);
    expect(screen.getByText('4 of 5 types')).toBeDefined();
    expect(
      screen.getByText(/1 type is hidden: its quota is 0\./)
    ).toBeDefined();
    const grid = await table();
    expect(grid.getAttribute('aria-rowcount')).toBe('5');
    expect(
      screen
        .getByRole('columnheader', { name: /\$\/h/ })
        .getAttribute('aria-sort')
    ).toBe('ascending');
    expect(row('ml.g5.xlarge').textContent).toContain('not readable');
    expect(row('ml.g5.xlarge').textContent).toContain('no price');
    expect(row('ml.g4dn.xlarge').textContent).toContain('1 × T4, 16 GiB');
  });

  it('has focus in the table, where arrows choose and typing filters', async () => {
    await open();
    await table();
    expect(document.activeElement).toBe(row('ml.t3.medium'));
    await press('ArrowDown');
    await press('ArrowDown');
    expect(document.activeElement).toBe(row('ml.g4dn.xlarge'));
    expect(row('ml.g4dn.xlarge').getAttribute('aria-selected')).toBe('true');
    await press('Home');
    expect(document.activeElement).toBe(row('ml.t3.medium'));
    await press('PageDown');
    expect(document.activeElement).toBe(row('ml.g5.xlarge'));
    await press('End');
    await press('PageUp');
    expect(document.activeElement).toBe(row('ml.t3.medium'));
    // One stop for Tab.
    expect(
      document.querySelectorAll('.jp-smext-types [tabindex="0"]')
    ).toHaveLength(1);
    await press('g');
    const box = screen.getByRole<HTMLInputElement>('searchbox');
    expect(document.activeElement).toBe(box);
    expect(box.value).toBe('g');
    await act(async () => {
      fireEvent.change(box, { target: { value: 'gpu >= 16' } });
    });
    expect(rows()).toEqual(['ml.g4dn.xlarge', 'ml.g5.xlarge']);
    await press('Escape');
    expect(box.value).toBe('');
    await press('ArrowDown');
    expect(document.activeElement).toBe(row('ml.t3.medium'));
  });

  it('sorts on a header by Alt and an arrow', async () => {
    await open();
    await table();
    await press('ArrowUp');
    expect(document.activeElement?.textContent).toBe('$/h');
    await press('ArrowDown', { altKey: true });
    expect(rows()[0]).toBe('ml.g4dn.xlarge');
    expect(document.activeElement?.getAttribute('aria-sort')).toBe(
      'descending'
    );
    await press('Home');
    await press('Enter');
    expect(rows()[0]).toBe('ml.g4dn.xlarge');
    expect(
      screen
        .getByRole('columnheader', { name: 'Instance type' })
        .getAttribute('aria-sort')
    ).toBe('ascending');
  });

  it('compares, and says what is kept and lost, before the click', async () => {
    await open({ instanceType: 'ml.g4dn.xlarge' });
    await checked();
    const comparison = screen.getByRole('table', {
      name: 'Old and new configuration'
    });
    expect(comparison.textContent).toContain('t3.mediumg4dn.xlarge');
    const words = document.querySelector('.jp-smext-consequences')?.textContent;
    for (const one of [
      'Cells, outputs and the volume (20 GB).',
      '2 variables, 38 MiB.',
      '1 cannot come: conn',
      'an open connection',
      'Install 1 package in use that differs',
      '2.2.0, there 2.1.0, in use',
      '4.0, not there',
      'Running cells, imports and widget state.',
      'Also the other kernel on nb-cpu: eda.ipynb.',
      '3 steps, about 4 min'
    ]) {
      expect(words).toContain(one);
    }
    expect(server.previewed).toHaveLength(1);
    // It changes its type: nothing to stop, no files to copy.
    expect(screen.queryByLabelText('Stop nb-cpu')).toBeNull();
    expect(screen.queryByLabelText(/^Copy/)).toBeNull();
    await act(async () => {
      fireEvent.click(screen.getByLabelText(/^2 variables/));
    });
    expect(
      screen.getByText(/^Variables, running cells, imports/)
    ).toBeDefined();
  });

  it('shows the price difference', async () => {
    server.preview = preview({
      then: instance('nb-cpu', {
        instance_type: 'ml.g4dn.xlarge',
        price: 0.74
      })
    });
    await open({ instanceType: 'ml.g4dn.xlarge' });
    await checked();
    expect(screen.getByText('+ $0.69/h')).toBeDefined();
  });

  it('saves, switches, and remembers the choice', async () => {
    await open({ instanceType: 'ml.g4dn.xlarge' });
    await checked();
    await act(async () => {
      fireEvent.click(confirm());
    });
    expect(await answer).toMatchObject({ id: 'switch-1', state: 'running' });
    expect(saveAll).toHaveBeenCalledTimes(1);
    expect(server.requests).toEqual([
      {
        session_id: 'session-1',
        path: 'work/churn.ipynb',
        to: instance('nb-cpu').at,
        instance_type: 'ml.g4dn.xlarge',
        create: null,
        kernel: null,
        stop_old: true,
        keep_old_kernel: false,
        carried: { variables: true, packages: false, files: true },
        saved: 3,
        saved_seconds: 0.4
      }
    ]);
    expect(document.querySelector('dialog')).toBeNull();
    await computes.read();
    server.switches = [];
    computes.dispose();
    computes = new SessionComputes({
      api: server.api,
      stream: bus.stream,
      standby: 'never',
      debounce: 0
    });
    await open();
    await table();
    expect(row('ml.g4dn.xlarge').getAttribute('aria-selected')).toBe('true');
  });

  it('is confirmed by Enter in the table', async () => {
    await open({ instanceType: 'ml.g4dn.xlarge' });
    await checked();
    await press('Enter');
    expect(await answer).not.toBeNull();
  });

  it('keeps the old instance and its kernel when asked to', async () => {
    const [, , space] = server.computes;
    server.preview = preview({ then: space });
    await open({
      at: space.at,
      instanceType: 'ml.m5.large'
    });
    await checked();
    expect(server.previewed[0].to.kind).toBe('space');
    expect(screen.getByLabelText('Copy 12 files, 3.4 MiB')).toBeDefined();
    await act(async () => {
      fireEvent.click(screen.getByLabelText('Stop nb-cpu'));
    });
    await act(async () => {
      fireEvent.click(screen.getByLabelText(/^Keep its kernel running/));
    });
    await checked();
    await act(async () => {
      fireEvent.click(confirm());
    });
    await answer;
    expect(server.requests[0]).toMatchObject({
      stop_old: false,
      keep_old_kernel: true
    });
  });

  it('creates an instance with the fields of the create form', async () => {
    await open({ at: null, instanceType: 'ml.m5.large' });
    const name = await screen.findByLabelText<HTMLInputElement>(
      'Notebook instance name'
    );
    expect(name.value).toBe('churn');
    expect(screen.getByLabelText<HTMLInputElement>('Role').value).toBe(
      'arn:aws:role'
    );
    expect(screen.queryByLabelText('Instance type')).toBeNull();
    await act(async () => {
      fireEvent.change(name, { target: { value: 'not a name' } });
    });
    await checked();
    await act(async () => {
      fireEvent.click(confirm());
    });
    expect(
      await screen.findByText(/^Letters, digits and hyphens/)
    ).toBeDefined();
    expect(server.requests).toEqual([]);
    await act(async () => {
      fireEvent.change(name, { target: { value: 'nb-new' } });
    });
    await checked();
    await act(async () => {
      fireEvent.click(confirm());
    });
    await answer;
    expect(server.requests[0]).toMatchObject({
      to: { kind: 'notebook-instance', id: 'nb-new' },
      instance_type: 'ml.m5.large',
      create: {
        name: 'nb-new',
        role: 'arn:aws:role',
        volume_gib: 5,
        lifecycle_config: null
      }
    });
  });

  it('goes back to this machine', async () => {
    const fetched = {
      path: 'smext/work',
      files: 2,
      bytes: 2048,
      by_s3: false,
      without: {}
    };
    server.preview = preview({ then: local(), folder: null, fetched });
    await open({ at: local().at });
    await checked();
    expect(screen.queryByRole('grid')).toBeNull();
    expect(screen.queryByLabelText(/^Copy/)).toBeNull();
    expect(
      screen.getByLabelText('Bring back 2 changed files from nb-cpu, 2.0 KiB')
    ).toBeDefined();
    await act(async () => {
      fireEvent.click(confirm());
    });
    await answer;
    expect(server.requests[0]).toMatchObject({
      to: { kind: 'local' },
      instance_type: null,
      stop_old: true
    });
  });

  it('offers the kernels of the place, and remembers which', async () => {
    const [, , space] = server.computes;
    const at = { at: space.at, instanceType: 'ml.m5.large' };
    server.preview = preview({ then: space });
    await open(at);
    await checked();
    const kernel = () => screen.getByLabelText<HTMLSelectElement>('Kernel');
    expect(kernel().selectedOptions[0].text).toBe('The same, or the default');
    server.down = { 'sign-in': problem('offline') };
    const signIn = 'Sign in and list its kernels';
    await act(async () => {
      fireEvent.click(screen.getByText(signIn));
    });
    expect(screen.getByText('It is offline')).toBeDefined();
    server.down = {};
    const named = (name: string, shown: string) => ({
      name,
      display_name: shown,
      language: 'python'
    });
    server.preview = preview({
      then: space,
      kernels: [named('python3', 'Python 3'), named('conda_torch', 'torch')],
      kernel: 'python3'
    });
    await act(async () => {
      fireEvent.click(screen.getByText(signIn));
    });
    await screen.findByText('torch');
    expect([...kernel().options].map(({ text }) => text)).toEqual([
      'Python 3',
      'torch'
    ]);
    await act(async () => {
      fireEvent.change(kernel(), { target: { value: 'conda_torch' } });
    });
    await act(async () => {
      fireEvent.click(confirm());
    });
    await answer;
    expect(server.requests[0].kernel).toBe('conda_torch');
    expect(server.previewed.every(one => one.kernel === null)).toBe(true);

    server.go(bus, { state: 'done' });
    await computes.read();
    await open(at);
    await checked();
    expect(kernel().value).toBe('conda_torch');
  });

  it('takes nothing from a kernel that is gone', async () => {
    server.sessions = [session({ line: 'ended' })];
    await open();
    await checked();
    expect(screen.queryByLabelText(/variables/)).toBeNull();
    expect(server.previewed[0].carried).toEqual({
      variables: false,
      packages: false,
      files: true
    });
  });

  it('creates an instance in any of the regions', async () => {
    smext.store.setRegions(['us-east-1', 'eu-west-1']);
    await open({ at: null, instanceType: 'ml.m5.large' });
    const region = screen.getByLabelText<HTMLSelectElement>('Region');
    await act(async () => {
      fireEvent.change(region, { target: { value: 'eu-west-1' } });
    });
    await checked();
    expect(server.previewed.pop()?.to).toMatchObject({
      id: 'churn',
      region: 'eu-west-1'
    });
    expect(screen.getAllByRole('radio', { checked: true })).toHaveLength(1);
  });

  describe('cannot be confirmed', () => {
    it('without a kernel of its language', async () => {
      server.preview = preview({ kernels: [] });
      await open({ instanceType: 'ml.g4dn.xlarge' });
      await screen.findByText(/^Choose a kernel: it has none/);
    });

    const isOff = () => confirm().getAttribute('aria-disabled') === 'true';

    it('where nothing would change', async () => {
      await open();
      await table();
      expect(isOff()).toBe(true);
      expect(why()).toBe('The kernel runs on it already: choose another type.');
      expect(server.previewed).toEqual([]);
      await press('Enter');
      expect(saveAll).not.toHaveBeenCalled();
    });

    it('while it is being checked', async () => {
      await open({ instanceType: 'ml.g4dn.xlarge' });
      await table();
      expect(isOff()).toBe(true);
      expect(why()).toBe('Checking role, quota and state…');
      await checked();
      expect(isOff()).toBe(false);
    });

    it('where the check found a problem', async () => {
      server.preview = preview({
        problems: [problem('limit', { title: 'Your quota is 0' })]
      });
      await open({ instanceType: 'ml.g4dn.xlarge' });
      await screen.findAllByText('Your quota is 0');
      expect(isOff()).toBe(true);
      expect(why()).toBe('Your quota is 0');
      expect(screen.getByRole('alert').textContent).toContain(
        'Your quota is 0'
      );
    });

    it('where the check itself was refused', async () => {
      server.down = { preview: problem('denied') };
      await open({ instanceType: 'ml.g4dn.xlarge' });
      await screen.findAllByText('It is denied');
      expect(isOff()).toBe(true);
    });

    it('without a kernel', async () => {
      await open({ instanceType: 'ml.g4dn.xlarge' }, false);
      expect(isOff()).toBe(true);
      expect(why()).toBe('The notebook has no kernel: start one first.');
    });

    it('while it is switched', async () => {
      server.switches = [task()];
      await open({ instanceType: 'ml.g4dn.xlarge' });
      expect(why()).toBe('It is being switched already.');
    });
  });

  it('stays open with what the server said against it', async () => {
    await open({ instanceType: 'ml.g4dn.xlarge' });
    await checked();
    server.down = { start: problem('conflict', { title: 'It is stopping' }) };
    await act(async () => {
      fireEvent.click(confirm());
    });
    expect(screen.getByText('It is stopping')).toBeDefined();
    saveAll.mockRejectedValueOnce(new Error('churn.ipynb could not be saved'));
    await act(async () => {
      fireEvent.click(confirm());
    });
    expect(screen.getByRole('alert').textContent).toBe(
      'churn.ipynb could not be saved'
    );
    expect(document.querySelector('dialog')).not.toBeNull();
  });

  it('shows neither price nor quota where nothing is charged', async () => {
    server.types = { charged: false };
    await open();
    await table();
    expect(screen.queryByRole('columnheader', { name: /\$\/h/ })).toBeNull();
    expect(screen.queryByText('Within my quota')).toBeNull();
    expect(screen.getByText(/costs nothing: a type limits/)).toBeDefined();
  });

  it('asks again for prices that are still being read', async () => {
    server.types = {
      reading: true,
      types: [type('ml.t3.medium', { price: null, quota: null })]
    };
    await open();
    await table();
    expect(row('ml.t3.medium').textContent).toContain('…');
    server.types = {};
    await screen.findByText('ml.m5.large');
  });

  it('says why prices are not there', async () => {
    server.types = {
      prices_problem: problem('denied', { title: 'You may not read prices' })
    };
    await open();
    await table();
    expect(screen.getByText('Why prices are not readable')).toBeDefined();
  });

  it('only shows types that launch fast when asked to', async () => {
    await open();
    await table();
    await act(async () => {
      fireEvent.click(screen.getByRole('switch', { name: 'Fast launch only' }));
    });
    expect(rows()).not.toContain('ml.g5.xlarge');
    await act(async () => {
      fireEvent.click(screen.getByRole('switch', { name: 'Within my quota' }));
    });
    expect(screen.getByText('3 of 5 types')).toBeDefined();
    // Remembered, also when nothing is switched.
    await act(async () => {
      document.querySelector('dialog')?.dispatchEvent(new Event('cancel'));
    });
    await open();
    await table();
    expect(screen.getByText('3 of 5 types')).toBeDefined();
  });

  it('has nothing of fast launch where no type is named for it, also when only those were asked for', async () => {
    await open();
    await table();
    await act(async () => {
      fireEvent.click(screen.getByRole('switch', { name: 'Fast launch only' }));
    });
    await act(async () => {
      document.querySelector('dialog')?.dispatchEvent(new Event('cancel'));
    });
    server.types = { types: [type('ml.m5.large'), type('ml.t3.medium')] };
    await open();
    await table();
    expect(rows()).toHaveLength(2);
    expect(row('ml.m5.large').cells).toHaveLength(6);
    expect(
      [...document.querySelectorAll('.jp-smext-types th')].map(one =>
        one.getAttribute('data-column')
      )
    ).toEqual(['name', 'vcpu', 'memory', 'gpu', 'quota', 'price']);
    expect(screen.queryByRole('switch', { name: /^Fast/ })).toBeNull();
    expect(screen.queryByText(/^Fast/)).toBeNull();
  });

  it('says that the place of the kernel could not be read, and learns it from the check', async () => {
    server.down = { 'session-computes': problem('offline') };
    await open({ at: instance('nb-cpu').at, instanceType: 'ml.g4dn.xlarge' });
    expect(screen.getByText('It is offline')).toBeDefined();
    await checked();
    expect(
      screen.getByRole('table', { name: 'Old and new configuration' })
        .textContent
    ).toContain('t3.mediumg4dn.xlarge');
  });

  it('says what could not be listed', async () => {
    server.down = { computes: problem('denied') };
    await open();
    expect(screen.getByText('It is denied')).toBeDefined();
    server.down = {};
    await act(async () => {
      fireEvent.click(screen.getByText('Try again'));
    });
    await screen.findByText('team-space');
  });

  it('is fast with every type there is', async () => {
    const many: IInstanceType[] = Array.from({ length: 189 }, (_, at) =>
      type(`ml.m${at}.large`, { price: at })
    );
    server.types = { types: many };
    await open();
    await table();
    expect(rows()).toHaveLength(189);
    await press('End');
    expect(document.activeElement).toBe(row('ml.m188.large'));
  });

  it('closes by Escape and changes nothing', async () => {
    await open();
    await act(async () => {
      document.querySelector('dialog')?.dispatchEvent(new Event('cancel'));
    });
    expect(await answer).toBeNull();
    expect(server.requests).toEqual([]);
  });

  it('offers the local engine to who has chosen nothing', async () => {
    smext.store.setConnection(null);
    server.sessions = [session({ compute: local() })];
    await open();
    expect(screen.getByText('Use the local engine')).toBeDefined();
    expect(why()).toBe('Choose where instances run first.');
  });
});
