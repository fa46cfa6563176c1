import { ServerConnection } from '@jupyterlab/services';

import { Api, ApiError } from '../api';
import { EndpointRoutes } from '../api/endpoints';
import { InventoryRoutes } from '../api/inventory';
import { ResourceRoutes } from '../api/resources';
import { problem, World } from './world';

describe('Api', () => {
  let world: World;

  beforeEach(() => {
    world = new World();
  });

  async function failure(request: Promise<unknown>): Promise<ApiError> {
    const error = await request.then(
      () => null,
      reason => reason
    );
    expect(error).toBeInstanceOf(ApiError);
    return error;
  }

  it('hands on what the server says is wrong', async () => {
    world.down = problem('throttled', { status: 429, retry_at: 5 });
    const error = await failure(world.api.of(InventoryRoutes).connections());
    expect(error.problem).toEqual(world.down);
  });

  it('calls a server that does not answer offline', async () => {
    world.down = 'network';
    const { problem } = await failure(world.api.of(InventoryRoutes).kinds());
    expect(problem.cause).toBe('offline');
    expect(problem.detail).toContain('no route to host');
  });

  it('says how to enable a server half that is missing', async () => {
    world.down = 'html';
    const { problem } = await failure(world.api.of(InventoryRoutes).kinds());
    expect(problem.cause).toBe('not_found');
    expect(problem.command).toBe(
      'jupyter server extension enable jupyter_smext'
    );
  });

  it('keeps row ids whole in the path', async () => {
    await failure(
      world.api
        .of(ResourceRoutes)
        .resource('local', 'us-east-1', 'app', 'd%2F1,a/b')
    );
    expect(world.asked).toEqual(['GET resources/app/d%252F1%2Ca%2Fb']);
  });

  it('posts a form into a new tab, with the token against forgery', () => {
    document.cookie = '_xsrf=2|abc';
    const posted: HTMLFormElement[] = [];
    const submit = jest
      .spyOn(HTMLFormElement.prototype, 'submit')
      .mockImplementation(function (this: HTMLFormElement) {
        posted.push(this);
      });
    world.api
      .of(ResourceRoutes)
      .openInNewTab('local', 'us-east-1', 'notebook-instance', 'nb');
    submit.mockRestore();
    const [form] = posted;
    expect(form.method).toBe('post');
    expect(form.target).toBe('_blank');
    expect(form.action).toContain(
      '/base/smext/api/resources/notebook-instance/nb/open?connection=local'
    );
    expect(new FormData(form).get('_xsrf')).toBe('2|abc');
    expect(document.querySelector('form')).toBeNull();
  });

  describe('with an answer in parts', () => {
    const request = {
      body: '',
      content_type: 'text/csv',
      accept: null,
      variant: null,
      component: null,
      custom_attributes: null
    };
    const end = { status: 200, content_type: 'text/plain', seconds: 2 };

    /** An answer that comes as these pieces. */
    function api(...pieces: string[]): Api {
      const settings = ServerConnection.makeSettings();
      const left = pieces.map(piece => new TextEncoder().encode(piece));
      const read = async () => ({ value: left[0], done: !left.shift() });
      const fetch = async () =>
        ({
          ok: true,
          status: 200,
          body: { getReader: () => ({ read }) }
        }) as unknown as Response;
      return new Api({ ...settings, fetch });
    }

    const ask = (api: Api, seen: unknown[]) =>
      api
        .of(EndpointRoutes)
        .invokeStreaming('local', 'us-east-1', 'e', request, part =>
          seen.push(part)
        );

    it('tells each as it comes, however the network cuts them', async () => {
      const seen: unknown[] = [];
      const part = { body: 'YQ==', seconds: 1, end: null };
      const text = `${JSON.stringify(part)}\n${JSON.stringify({ ...part, end })}\n`;
      const answer = await ask(api(text.slice(0, 9), text.slice(9)), seen);
      expect(seen).toEqual([part]);
      expect(answer).toEqual(end);
    });

    it('fails where it ends before its end', async () => {
      const { problem } = await failure(ask(api('{"body"'), []));
      expect(problem.cause).toBe('offline');
    });
  });
});
