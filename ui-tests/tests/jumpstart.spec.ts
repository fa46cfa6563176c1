import { expect } from '@jupyterlab/galata';

import { aws, emptyEngine } from './engine';
import { chooseEngine, execute, expectAccessible, listen, test } from './page';

test.use({ autoGoto: false });
test.setTimeout(240_000);

const MODEL = 'onnx-ic-efficientnet-lite0';
const ENDPOINT = 'pictures';

test.describe('JumpStart', () => {
  test.beforeAll(emptyEngine);
  test.afterAll(emptyEngine);

  test('finds a model, deploys it, and leads to where it is tried', async ({
    page
  }) => {
    const complaints = listen(page);
    await page.goto();
    await chooseEngine(page);
    await execute(page, 'smext:open-jumpstart');
    const models = page.getByRole('grid', { name: 'Models' });
    await expect(models.getByText(MODEL)).toBeVisible({ timeout: 60_000 });
    await expectAccessible(page, '.jp-smext-jumpstart');
    await page.getByRole('searchbox', { name: 'Search models' }).fill(MODEL);
    await expect(page.getByText(/^1 of 1,\d+ models/)).toBeVisible();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');

    const deploy = page.getByRole('form', { name: 'Deploy' });
    const tab = page.getByRole('tab', { name: 'Deploy', exact: true });
    await expect(page.getByRole('heading', { level: 1 }).last()).toHaveText(
      'EfficientNet-Lite0'
    );
    if (await tab.isVisible()) {
      await tab.click();
    }
    await deploy.getByLabel('Endpoint name').fill(ENDPOINT);
    await expect(deploy.getByText(`The name ${ENDPOINT} is free.`)).toBeVisible(
      { timeout: 30_000 }
    );
    await expectAccessible(page, '.jp-smext-model');
    await deploy.getByRole('button', { name: 'Deploy' }).click();

    const progress = page.getByRole('dialog', {
      name: `Deploying ${ENDPOINT}`
    });
    await expect(progress.getByRole('status')).toHaveText(/^In service after/, {
      timeout: 120_000
    });
    await expectAccessible(page, '.jp-smext-launch-progress');
    expect(aws('list-endpoints')).toMatchObject({
      Endpoints: [{ EndpointName: ENDPOINT, EndpointStatus: 'InService' }]
    });
    await progress.getByRole('button', { name: 'Try it' }).click();
    await expect(
      page.getByRole('tab', { name: 'Test', exact: true })
    ).toHaveAttribute('aria-selected', 'true');

    await execute(page, 'smext:open-jumpstart');
    await page.getByRole('tab', { name: 'Launched assets' }).click();
    await page.getByRole('button', { name: 'Delete…' }).last().click();
    await expect(page.getByRole('alertdialog')).toContainText(ENDPOINT);
    expect(complaints).toEqual([]);
  });
});
