import { expect, test } from '@jupyterlab/galata';
import { ConsoleMessage } from '@playwright/test';

// Not gone to by the fixture, so that its console is read from the start.
test.use({ autoGoto: false });

test('the extension is active and the console has nothing to complain of', async ({
  page,
  baseURL
}) => {
  const complaints: string[] = [];
  page.on('console', (message: ConsoleMessage) => {
    // JupyterLab times its own plugins, and says so on a busy machine.
    const slow = /^Plugin @jupyterlab\/\S+ took/.test(message.text());
    if (['warning', 'error'].includes(message.type()) && !slow) {
      complaints.push(`${message.type()}: ${message.text()}`);
    }
  });
  page.on('pageerror', error => complaints.push(String(error)));

  await page.goto();

  const plugins = await page.evaluate(async () => {
    await window.jupyterapp.restored;
    return window.jupyterapp
      .listPlugins()
      .filter(id => id.startsWith('jupyter_smext:'))
      .map(id => ({ id, active: window.jupyterapp.isPluginActivated(id) }));
  });
  const kinds = await page.request.get(`${baseURL}/smext/api/kinds`);

  expect(kinds.status()).toBe(200);
  expect(plugins).not.toHaveLength(0);
  expect(plugins.filter(plugin => !plugin.active)).toEqual([]);
  expect(complaints).toEqual([]);
});
