import { act, configure, fireEvent, screen } from '@testing-library/react';

import { shownDialog } from './shown-dialog';
import { instance, local, preview, session, task } from './switching';
import { problem } from './world';

configure({ asyncUtilTimeout: 8000 });

describe('Select instance', () => {
  const on = shownDialog();
  const { open, row, table, press, confirm, why, checked, saveAll } = on;

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
    expect(on.server.previewed).toHaveLength(1);
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
    on.server.preview = preview({
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
    expect(await on.answer).toMatchObject({ id: 'switch-1', state: 'running' });
    expect(saveAll).toHaveBeenCalledTimes(1);
    expect(on.server.requests).toEqual([
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
    await on.computes.read();
    on.server.switches = [];
    on.reload();
    await open();
    await table();
    expect(row('ml.g4dn.xlarge').getAttribute('aria-selected')).toBe('true');
  });

  it('is confirmed by Enter in the table', async () => {
    await open({ instanceType: 'ml.g4dn.xlarge' });
    await checked();
    await press('Enter');
    expect(await on.answer).not.toBeNull();
  });

  it('keeps the old instance and its kernel when asked to', async () => {
    const [, , space] = on.server.computes;
    on.server.preview = preview({ then: space });
    await open({
      at: space.at,
      instanceType: 'ml.m5.large'
    });
    await checked();
    expect(on.server.previewed[0].to.kind).toBe('space');
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
    await on.answer;
    expect(on.server.requests[0]).toMatchObject({
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
      await screen.findByText(/^Letters, digits and hyphens/, {
        selector: '.jp-smext-field-error'
      })
    ).toBeDefined();
    expect(on.server.requests).toEqual([]);
    await act(async () => {
      fireEvent.change(name, { target: { value: 'nb-new' } });
    });
    await checked();
    await act(async () => {
      fireEvent.click(confirm());
    });
    await on.answer;
    expect(on.server.requests[0]).toMatchObject({
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
    on.server.preview = preview({ then: local(), folder: null, fetched });
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
    await on.answer;
    expect(on.server.requests[0]).toMatchObject({
      to: { kind: 'local' },
      instance_type: null,
      stop_old: true
    });
  });

  it('offers the kernels of the place, and remembers which', async () => {
    const [, , space] = on.server.computes;
    const at = { at: space.at, instanceType: 'ml.m5.large' };
    on.server.preview = preview({ then: space });
    await open(at);
    await checked();
    const kernel = () => screen.getByLabelText<HTMLSelectElement>('Kernel');
    expect(kernel().selectedOptions[0].text).toBe('The same, or the default');
    on.server.down = { 'sign-in': problem('offline') };
    const signIn = 'Sign in and list its kernels';
    await act(async () => {
      fireEvent.click(screen.getByText(signIn));
    });
    expect(screen.getByText('It is offline')).toBeDefined();
    on.server.down = {};
    const named = (name: string, shown: string) => ({
      name,
      display_name: shown,
      language: 'python'
    });
    on.server.preview = preview({
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
    await on.answer;
    expect(on.server.requests[0].kernel).toBe('conda_torch');
    expect(on.server.previewed.every(one => one.kernel === null)).toBe(true);

    on.server.go(on.bus, { state: 'done' });
    await on.computes.read();
    await open(at);
    await checked();
    expect(kernel().value).toBe('conda_torch');
  });

  it('takes nothing from a kernel that is gone', async () => {
    on.server.sessions = [session({ line: 'ended' })];
    await open();
    await checked();
    expect(screen.queryByLabelText(/variables/)).toBeNull();
    expect(on.server.previewed[0].carried).toEqual({
      variables: false,
      packages: false,
      files: true
    });
  });

  it('creates an instance in any of the regions', async () => {
    on.smext.store.setRegions(['us-east-1', 'eu-west-1']);
    await open({ at: null, instanceType: 'ml.m5.large' });
    const region = screen.getByLabelText<HTMLSelectElement>('Region');
    await act(async () => {
      fireEvent.change(region, { target: { value: 'eu-west-1' } });
    });
    await checked();
    expect(on.server.previewed.pop()?.to).toMatchObject({
      id: 'churn',
      region: 'eu-west-1'
    });
    expect(screen.getAllByRole('radio', { checked: true })).toHaveLength(1);
  });

  describe('cannot be confirmed', () => {
    it('without a kernel of its language', async () => {
      on.server.preview = preview({ kernels: [] });
      await open({ instanceType: 'ml.g4dn.xlarge' });
      await screen.findByText(/^Choose a kernel: it has none/);
    });

    const isOff = () => confirm().getAttribute('aria-disabled') === 'true';

    it('where nothing would change', async () => {
      await open();
      await table();
      expect(isOff()).toBe(true);
      expect(why()).toBe('The kernel runs on it already: choose another type.');
      expect(on.server.previewed).toEqual([]);
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
      on.server.preview = preview({
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
      on.server.down = { preview: problem('denied') };
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
      on.server.switches = [task()];
      await open({ instanceType: 'ml.g4dn.xlarge' });
      expect(why()).toBe('It is being switched already.');
    });
  });

  it('stays open with what the server said against it', async () => {
    await open({ instanceType: 'ml.g4dn.xlarge' });
    await checked();
    on.server.down = {
      start: problem('conflict', { title: 'It is stopping' })
    };
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

  it('says that the place of the kernel could not be read, and learns it from the check', async () => {
    on.server.down = { 'session-computes': problem('offline') };
    await open({ at: instance('nb-cpu').at, instanceType: 'ml.g4dn.xlarge' });
    expect(screen.getByText('It is offline')).toBeDefined();
    await checked();
    expect(
      screen.getByRole('table', { name: 'Old and new configuration' })
        .textContent
    ).toContain('t3.mediumg4dn.xlarge');
  });

  it('says what could not be listed', async () => {
    on.server.down = { computes: problem('denied') };
    await open();
    expect(screen.getByText('It is denied')).toBeDefined();
    on.server.down = {};
    await act(async () => {
      fireEvent.click(screen.getByText('Try again'));
    });
    await screen.findByText('team-space');
  });

  it('closes by Escape and changes nothing', async () => {
    await open();
    await act(async () => {
      document.querySelector('dialog')?.dispatchEvent(new Event('cancel'));
    });
    expect(await on.answer).toBeNull();
    expect(on.server.requests).toEqual([]);
  });

  it('offers the local engine to who has chosen nothing', async () => {
    on.smext.store.setConnection(null);
    on.server.sessions = [session({ compute: local() })];
    await open();
    expect(screen.getByText('Use the local engine')).toBeDefined();
    expect(why()).toBe('Choose where instances run first.');
  });
});
