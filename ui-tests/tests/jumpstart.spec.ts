import { expect, IJupyterLabPageFixture } from '@jupyterlab/galata';
import { Locator } from '@playwright/test';

import { aws, emptyEngine } from './engine';
import { chooseEngine, execute, expectAccessible, listen, test } from './page';
import { cat, IPicture, unseenGravel } from './pictures';

test.use({ autoGoto: false });
test.setTimeout(600_000);

const DETECTOR = 'tensorflow-od-ssd-mobilenet-v2-objectron';
const CLASSIFIER = 'onnx-ic-efficientnet-lite0';

/** What bills or holds something, by the AWS CLI. */
function left(): unknown {
  return [
    aws('list-endpoints'),
    aws('list-endpoint-configs'),
    aws('list-models')
  ];
}

const NOTHING = [{ Endpoints: [] }, { EndpointConfigs: [] }, { Models: [] }];

/** JumpStart's tab, as the side panel, the Launcher and the palette open it. */
async function openCatalogue(page: IJupyterLabPageFixture): Promise<void> {
  await page.goto();
  await chooseEngine(page);
  await execute(page, 'smext:open-jumpstart');
  await expect(
    page.getByRole('grid', { name: 'Models' }).getByText(CLASSIFIER)
  ).toBeVisible();
}

/** Find a model by its id and open its page, by keyboard. */
async function openModel(
  page: IJupyterLabPageFixture,
  model: string
): Promise<void> {
  await page.getByRole('searchbox', { name: 'Search models' }).fill(model);
  await expect(page.getByText(/^1 of 1,\d+ models/)).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
}

/** A form of a model's page; where it is narrow, the forms are tabs. */
async function formOf(
  page: IJupyterLabPageFixture,
  name: string
): Promise<Locator> {
  const form = page.getByRole('form', { name });
  const tab = page.getByRole('tab', { name, exact: true });
  await expect(form.or(tab).first()).toBeVisible();
  if (await tab.isVisible()) {
    await tab.click();
  }
  return form;
}

/** Send a picture in the test bench that *Try it* opened. */
async function tryWith(
  page: IJupyterLabPageFixture,
  picture: IPicture
): Promise<void> {
  await expect(
    page.getByRole('tab', { name: 'Test', exact: true })
  ).toHaveAttribute('aria-selected', 'true');
  const input = page.getByRole('region', { name: 'Input' });
  await input.locator('input[type=file]').setInputFiles(picture);
  await expect(input.getByRole('img', { name: /^Input image/ })).toBeVisible();
  await input.getByRole('button', { name: /^Send/ }).click();
}

test.describe('JumpStart', () => {
  test.beforeAll(emptyEngine);
  test.afterAll(emptyEngine);

  test('deploys a model, tries it with an image, draws the boxes, deletes it', async ({
    page
  }) => {
    const complaints = listen(page);
    await openCatalogue(page);
    await expectAccessible(page, '.jp-smext-jumpstart');
    await openModel(page, DETECTOR);
    await expect(page.getByRole('heading', { level: 1 }).last()).toHaveText(
      'SSD-MobileNetV2'
    );
    const deploy = await formOf(page, 'Deploy');
    await deploy.getByLabel('Endpoint name').fill('boxes');
    await expect(deploy.getByText('The name boxes is free.')).toBeVisible();
    await expectAccessible(page, '.jp-smext-model');
    await deploy.getByRole('button', { name: 'Deploy', exact: true }).click();

    const progress = page.getByRole('dialog', { name: 'Deploying boxes' });
    await expect(progress.getByRole('status')).toHaveText(/^In service after/);
    await expectAccessible(page, '.jp-smext-launch-progress');
    await progress.getByRole('button', { name: 'Try it' }).click();

    await tryWith(page, cat());
    const answer = page.getByRole('region', { name: 'Answer' });
    const objects = answer.getByRole('grid', { name: 'Objects' });
    await expect(objects.getByRole('row', { name: /Cat 0\.\d/ })).toBeVisible();
    await expect(page.locator('.jp-smext-bench-box').first()).toContainText(
      'Cat'
    );

    await execute(page, 'smext:open-jumpstart');
    await page.getByRole('tab', { name: /^Launched assets/ }).click();
    await page.getByRole('button', { name: 'Delete…' }).first().click();
    const plan = page.getByRole('alertdialog');
    await expect(plan).toContainText('boxes');
    await plan.getByRole('button', { name: /^(Delete|Shut down) \d/ }).click();
    await expect(page.getByText(/nothing of the plan is left/)).toBeVisible();
    expect(left()).toEqual(NOTHING);
    expect(complaints).toEqual([]);
  });

  test('fine-tunes a model, deploys what came of it, and predicts with names', async ({
    page
  }) => {
    const complaints = listen(page);
    await openCatalogue(page);
    await openModel(page, CLASSIFIER);
    const tune = await formOf(page, 'Fine-tune');
    await tune.getByLabel('Job name').fill('surfaces');
    await expectAccessible(page, '.jp-smext-model');
    await tune.getByRole('button', { name: 'Start training' }).click();
    const training = page.getByRole('dialog', { name: 'Fine-tuning surfaces' });
    await expect(training.getByRole('status').first()).toHaveText(/^Trained/);
    await expectAccessible(page, '.jp-smext-launch-progress');
    await training
      .getByRole('button', { name: 'Deploy the tuned model' })
      .click();

    const deploy = await formOf(page, 'Deploy');
    await deploy.getByLabel('Endpoint name').fill('surfaces');
    await deploy.getByRole('button', { name: 'Deploy', exact: true }).click();
    const progress = page.getByRole('dialog', { name: 'Deploying surfaces' });
    await expect(progress.getByRole('status')).toHaveText(/^In service after/);
    await progress.getByRole('button', { name: 'Try it' }).click();

    await tryWith(page, unseenGravel());
    const bars = page.getByRole('table', { name: 'Class probabilities' });
    await expect(bars.getByRole('row').first()).toContainText('gravel');
    await expect(bars.getByRole('row')).toHaveCount(3);
    expect(complaints).toEqual([]);
  });
});
