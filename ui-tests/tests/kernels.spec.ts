import { expect } from '@jupyterlab/galata';
import { JupyterFrontEnd } from '@jupyterlab/application';
import { Page } from '@playwright/test';

import { engine } from './engine';
import { test } from './page';

// Galata's own answers to kernel requests know no restart.
test.use({ autoGoto: false, kernels: null, sessions: null });

const CODE =
  'import os; print(os.environ.get("AWS_ENDPOINT_URL"), os.environ.get("AWS_REGION"))';

interface IWindow {
  jupyterapp: JupyterFrontEnd;
}

/** What a kernel prints that this window's JupyterLab starts, before and after a restart. */
async function printed(page: Page, path: string): Promise<string[]> {
  return page.evaluate(
    async ([path, code]) => {
      const { serviceManager } = (window as unknown as IWindow).jupyterapp;
      const session = await serviceManager.sessions.startNew({
        name: path,
        path,
        type: 'notebook',
        kernel: { name: 'python3' }
      });
      const kernel = session.kernel!;
      const run = async () => {
        let text = '';
        const future = kernel.requestExecute({ code });
        future.onIOPub = message => {
          const { content } = message;
          text += 'text' in content ? String(content.text) : '';
        };
        await future.done;
        return text.trim();
      };
      const before = await run();
      await kernel.restart();
      const after = await run();
      await session.shutdown();
      return [before, after];
    },
    [path, CODE]
  );
}

async function choose(page: Page, connection: string): Promise<void> {
  await page.evaluate(async connection => {
    const { commands, restored } = (window as unknown as IWindow).jupyterapp;
    await restored;
    await commands.execute('smext:select-connection', {
      connection,
      regions: ['eu-west-1']
    });
  }, connection);
}

test('a kernel gets the environment of the local engine where its window looks at it', async ({
  page,
  context,
  baseURL
}) => {
  const { AWS_ENDPOINT_URL: url, AWS_SECRET_ACCESS_KEY: secret } = JSON.parse(
    engine('env', '--json')
  );
  const seen: string[] = [];
  page.on('response', async response => {
    if (/\/api\/(sessions|kernels)/.test(response.url())) {
      seen.push(await response.text().catch(() => ''));
    }
  });
  await page.goto();
  await choose(page, 'local');
  const other = await context.newPage();
  await other.goto(`${baseURL}/lab`);
  await other.waitForFunction(() => 'jupyterapp' in window);
  await choose(other, 'environment');

  expect(await printed(page, 'mine.ipynb')).toEqual([
    `${url} eu-west-1`,
    `${url} eu-west-1`
  ]);
  expect(await printed(other, 'theirs.ipynb')).toEqual([
    'None None',
    'None None'
  ]);
  expect(seen.join('')).not.toContain(secret);
  expect(seen.join('')).toContain('mine.ipynb');
});
