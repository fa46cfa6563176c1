import { CHANGED_EVENT } from '../protocol';
import { SessionComputes } from '../store/session-computes';
import { request, session, SwitchServer, task } from './switching';
import { Bus, problem, until } from './world';

describe('SessionComputes', () => {
  let server: SwitchServer;
  let bus: Bus;
  let computes: SessionComputes;

  beforeEach(() => {
    server = new SwitchServer();
    bus = new Bus();
    computes = new SessionComputes({
      api: server.api,
      stream: bus.stream,
      standby: 'never',
      debounce: 0
    });
  });

  afterEach(() => computes.dispose());

  const open = async () => {
    computes.acquire();
    computes.show(() => true);
    await until(computes.changed, () => computes.answered);
  };

  it('asks nothing before something is shown, and two things then', async () => {
    computes.acquire();
    expect(server.asked).toEqual([]);
    await open();
    expect([...new Set(server.asked)].sort()).toEqual([
      'session-computes',
      'switches'
    ]);
    expect(computes.ofSession('session-1')?.compute.name).toBe('nb-cpu');
    expect(computes.ofSession('other')).toBeNull();
    expect(computes.ofSession(undefined)).toBeNull();
  });

  it('follows a switch by what the server tells, and asks where the kernel is once it is over', async () => {
    server.switches = [task()];
    await open();
    expect(computes.switchOf('session-1', '')?.state).toBe('running');
    server.asked = [];
    server.go(bus, { cancel: null });
    await until(
      computes.changed,
      () => computes.switchOf('session-1', '')?.rev === 2
    );
    expect(server.asked).toEqual(['switch']);
    server.sessions = [session({ kernel_id: 'kernel-2' })];
    server.go(bus, { state: 'done', ended: 1200 });
    await until(
      computes.changed,
      () => computes.ofSession('session-1')?.kernel_id === 'kernel-2'
    );
  });

  it('asks how a kernel is whose instance changed while its line is cut', async () => {
    await open();
    const change = { schema_id: CHANGED_EVENT, rev: 7, region: 'us-east-1' };
    server.asked = [];
    server.tell(bus, { ...change, connection: 'local' });
    expect(server.asked).toEqual([]);
    server.sessions = [session({ line: 'ended' })];
    await computes.read();
    server.asked = [];
    server.tell(bus, { ...change, connection: 'other' });
    server.sessions = [session({ line: 'open' })];
    server.tell(bus, { ...change, connection: 'local' });
    await until(
      computes.changed,
      () => computes.ofSession('session-1')?.line === 'open'
    );
    expect(server.asked).toEqual(['session-computes']);
  });

  it('does not ask for what it knows already', async () => {
    server.switches = [task({ rev: 5 })];
    await open();
    server.asked = [];
    server.tell(bus, { task: 'switch', id: 'switch-1', rev: 5 });
    server.tell(bus, { task: 'notebook-job', id: 'other', rev: 1 });
    expect(server.asked).toEqual([]);
  });

  it('learns of a switch that another window began', async () => {
    await open();
    server.switches = [task()];
    server.tell(bus, { task: 'switch', id: 'switch-1', rev: 1 });
    await until(
      computes.changed,
      () => computes.switchOf('session-1', '') !== null
    );
  });

  it('learns of one whose event was lost by the session that it is about', async () => {
    await open();
    server.switches = [task()];
    server.sessions = [session({ switch: 'switch-1' })];
    await computes.read();
    expect(computes.switchOf('session-1', '')?.state).toBe('running');
    server.asked = [];
    await computes.read();
    expect(server.asked).toEqual(['session-computes', 'switch']);
  });

  it('lists the switches anew after nobody listened', async () => {
    const holder = computes.acquire();
    await until(computes.changed, () => computes.answered);
    holder.dispose();
    server.asked = [];
    server.switches = [task()];
    computes.acquire();
    await until(
      computes.changed,
      () => computes.switchOf('session-1', '') !== null
    );
    expect(server.asked).toContain('switches');
  });

  it('asks again when a line changes', async () => {
    await open();
    server.sessions = [session({ line: 'lost' })];
    server.tell(bus, { task: 'kernel', id: 'kernel-1', rev: 1 });
    await until(
      computes.changed,
      () => computes.ofSession('session-1')?.line === 'lost'
    );
  });

  it('keeps the newer of two answers', async () => {
    server.switches = [task({ rev: 5 })];
    await open();
    server.switches = [task({ rev: 4, state: 'failed' })];
    await computes.retry('switch-1');
    expect(computes.switchOf('session-1', '')?.state).toBe('running');
  });

  it('takes the last switch of a notebook, also after its session changed', async () => {
    server.switches = [
      task({ id: 'old', started: 1, state: 'failed' }),
      task({ id: 'new', started: 2 }),
      task({
        id: 'other',
        started: 3,
        request: request({ session_id: 'x', path: 'x' })
      })
    ];
    await open();
    expect(computes.switchOf('session-1', '')?.id).toBe('new');
    expect(computes.switchOf('session-9', 'work/churn.ipynb')?.id).toBe('new');
    expect(computes.switchOf('session-9', 'z')).toBeNull();
  });

  it('says why it was not answered, and keeps what it knew', async () => {
    await open();
    server.down = { 'session-computes': problem('offline') };
    await computes.read();
    expect(computes.problem?.cause).toBe('offline');
    expect(computes.ofSession('session-1')).not.toBeNull();
    server.down = {};
    await computes.read();
    expect(computes.problem).toBeNull();
  });

  it('leaves the errors of what it is told to do to the caller', async () => {
    server.down = { start: problem('limit') };
    await expect(computes.start(request())).rejects.toMatchObject({
      problem: { cause: 'limit' }
    });
    await open();
    expect(computes.problem).toBeNull();
  });

  it('lets go of a kernel and asks what is left', async () => {
    await open();
    server.sessions = [];
    await computes.detach('session-1');
    expect(computes.ofSession('session-1')).toBeNull();
  });

  it('is silent once the last notebook is closed', async () => {
    const holder = computes.acquire();
    computes.show(() => true);
    await until(computes.changed, () => computes.answered);
    holder.dispose();
    server.asked = [];
    server.tell(bus, { task: 'kernel', id: '', rev: 1 });
    await Promise.resolve();
    expect(server.asked).toEqual([]);
  });
});
