import { expect } from '@jupyterlab/galata';

import { listen, test } from './page';

// Not gone to by the fixture, so that its console is read from the start.
test.use({ autoGoto: false });

test('the extension is active and the console has nothing to complain of', async ({
  page,
  baseURL
}) => {
  const complaints = listen(page);
  await page.goto();

  const { late, inactive } = await page.evaluate(async () => {
    const app = window.jupyterapp;
    await app.restored;
    const missing = () =>
      app
        .listPlugins()
        .filter(id => id.startsWith('jupyter_smext:'))
        .filter(id => !app.isPluginActivated(id));
    const late = missing();
    await Promise.all(late.map(id => app.activatePlugin(id)));
    return { late, inactive: missing() };
  });
  const kinds = await page.request.get(`${baseURL}/smext/api/kinds`);

  expect(kinds.status()).toBe(200);
  // What nothing needs at the start is activated by who asks for it.
  expect(late.sort()).toEqual([
    'jupyter_smext:instance-kernels',
    'jupyter_smext:inventory'
  ]);
  expect(inactive).toEqual([]);
  expect(complaints).toEqual([]);
});
