import { ServerConnection } from '@jupyterlab/services';

import { tellConnection } from '../plugins/kernels';
import { IChoice } from '../store';

describe('tellConnection', () => {
  const baseUrl = `${window.location.origin}/base/`;
  let choice: IChoice;
  let sent: Request[];
  let settings: ServerConnection.ISettings;

  beforeEach(() => {
    choice = { connection: 'local', regions: ['eu-west-1', 'us-east-1'] };
    sent = [];
    settings = ServerConnection.makeSettings({
      baseUrl,
      fetch: async (request: RequestInfo) => {
        sent.push(request as Request);
        return new Response('{}');
      }
    });
  });

  async function told(
    path: string,
    method: string,
    base = baseUrl
  ): Promise<(string | null)[]> {
    const init = method === 'GET' ? { method } : { method, body: '{}' };
    await ServerConnection.makeRequest(`${base}${path}`, init, settings);
    const { headers } = sent.pop()!;
    return [headers.get('X-Smext-Connection'), headers.get('X-Smext-Region')];
  }

  it.each([
    ['api/sessions', 'POST'],
    ['api/sessions/some-id', 'PATCH'],
    ['api/kernels', 'POST']
  ])('names the local engine and its region: %s %s', async (path, method) => {
    tellConnection(settings, async () => choice);
    expect(await told(path, method)).toEqual(['local', 'eu-west-1']);
  });

  it.each([
    ['api/sessions', 'GET'],
    ['api/sessions/some-id', 'DELETE'],
    ['api/kernels/some-id/restart', 'POST'],
    ['api/contents/api/kernels', 'POST'],
    ['smext/api/plans', 'POST']
  ])('tells nothing where no kernel starts: %s %s', async (path, method) => {
    tellConnection(settings, async () => choice);
    expect(await told(path, method)).toEqual([null, null]);
  });

  it('follows the choice, and names no connection to AWS', async () => {
    tellConnection(settings, async () => choice);
    choice = { connection: 'profile:research', regions: ['us-east-1'] };
    expect(await told('api/sessions', 'POST')).toEqual([null, null]);
    choice = { connection: null, regions: [] };
    expect(await told('api/sessions', 'POST')).toEqual([null, null]);
    choice = { connection: 'local', regions: ['us-east-1'] };
    expect(await told('api/sessions', 'POST')).toEqual(['local', 'us-east-1']);
  });

  it('tells a server of another origin nothing', async () => {
    const elsewhere = 'https://hub.example/base/';
    settings = { ...settings, baseUrl: elsewhere };
    tellConnection(settings, async () => choice);
    expect(await told('api/sessions', 'POST', elsewhere)).toEqual([null, null]);
  });

  it('keeps the body, and ends when it is disposed', async () => {
    const ours = tellConnection(settings, async () => choice);
    await ServerConnection.makeRequest(
      `${baseUrl}api/sessions`,
      { method: 'POST', body: '{"path":"a.ipynb"}' },
      settings
    );
    expect(await sent.pop()!.text()).toBe('{"path":"a.ipynb"}');
    ours.dispose();
    expect(await told('api/sessions', 'POST')).toEqual([null, null]);
  });
});
