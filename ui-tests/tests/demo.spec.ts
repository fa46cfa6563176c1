import { expect, IJupyterLabPageFixture } from '@jupyterlab/galata';

import { aws, emptyEngine, faults } from './engine';
import { execute, expectAccessible, listen, panelOf, test } from './page';

test.use({ autoGoto: false });

interface IEndpoints {
  Endpoints: { EndpointName: string; EndpointStatus: string }[];
}

/** The first image of scikit-learn's digits, a 0, as the demo's endpoint takes it. */
const ZERO =
  '0,0,5,13,9,1,0,0,0,0,13,15,10,15,5,0,0,3,15,2,0,11,8,0,0,4,12,0,0,8,8,0,' +
  '0,5,8,0,0,9,8,0,0,4,11,0,1,12,7,0,0,2,14,5,10,12,0,0,0,0,6,13,10,0,0,0';

test.describe('the demo', () => {
  test.beforeAll(emptyEngine);

  test.afterEach(() => faults());

  test.afterAll(emptyEngine);

  async function inBothThemes(
    page: IJupyterLabPageFixture,
    selector = '#jupyter-smext-panel'
  ): Promise<void> {
    for (const theme of ['JupyterLab Dark', 'JupyterLab Light']) {
      await execute(page, 'apputils:change-theme', { theme });
      await expect(page.locator('body')).toHaveAttribute(
        'data-jp-theme-name',
        theme
      );
      await expectAccessible(page, selector);
    }
  }

  test('is offered to who has nothing, says why it fails, goes on over a reload, and is there', async ({
    page,
    context
  }) => {
    const complaints = listen(page);
    await page.goto();
    await page.keyboard.press('Control+Alt+s');
    const panel = panelOf(page);
    await expect(
      panel.getByRole('button', { name: 'Load the demo' })
    ).toBeVisible();
    await panel.getByRole('button', { name: 'Use the local engine' }).click();

    // The engine is empty: it says what the demo would make of that.
    await expect(panel.getByText('Nothing is here yet')).toBeVisible();
    await expect(panel.getByText('Nothing runs in us-east-1.')).toBeVisible();
    await expect(
      panel.getByRole('listitem').filter({ hasText: 'Deploy it' })
    ).toBeVisible();
    await inBothThemes(page);

    await faults({ operation: 'CreateTrainingJob', kind: 'denied' });
    await panel.getByRole('button', { name: 'Load the demo' }).click();
    const alert = panel.getByRole('alert');
    await expect(alert).toContainText('“Train a small network” failed');
    await expect(alert).toContainText('sagemaker:CreateTrainingJob');
    await inBothThemes(page);

    // Tried again it goes on, while the page is not there as well.
    await faults({ noun: 'TrainingJob', kind: 'hang' });
    await panel.getByRole('button', { name: 'Try again' }).click();
    const making = panel.getByRole('region', { name: 'Making the demo' });
    const current = making.locator('[aria-current="step"]');
    await expect(current).toContainText('Train a small network');
    await expect(
      panel.getByRole('row', { name: /^demo-digits-small, Training job/ })
    ).toBeVisible();
    await faults({ operation: 'InvokeEndpoint', kind: 'latency', seconds: 2 });
    await expect(current).toContainText('Ask it about');
    await inBothThemes(page);
    await page.reload();
    await expect(current).toContainText('Ask it about');
    await expect(making.getByRole('status')).toHaveText(
      'Step 6 of 9: Ask it about 60 unseen images'
    );

    // Cancelled and gone on with, it keeps what is there.
    await making.getByRole('button', { name: 'Cancel' }).click();
    await expect(panel.getByText('The demo was stopped')).toBeVisible();
    await inBothThemes(page);
    await faults();
    await panel.getByRole('button', { name: 'Go on' }).click();
    await expect(panel.getByText('The demo is ready')).toBeVisible();
    await panel.getByText('What was done').click();
    await expect(panel.getByText(/unseen images read rightly/)).toBeVisible();
    await expect(
      panel.getByText(/demo-digits-small: .*, kept\.$/)
    ).toBeVisible();
    await inBothThemes(page);
    await panel.getByRole('button', { name: 'Close', exact: true }).click();
    await expect(panel.getByText('The demo is ready')).toBeHidden();

    // It is there: for the panel, its tabs, and any other client.
    for (const name of [
      /^demo-space · JupyterLab, App, InService, ml.t3.medium/,
      /^demo-notebook, Notebook instance, InService, ml.t3.medium/,
      /^demo-digits, Endpoint, InService, ml.m5.large/
    ]) {
      await expect(panel.getByRole('row', { name })).toBeVisible();
    }
    const { Endpoints } = aws('list-endpoints') as IEndpoints;
    expect(Endpoints.map(one => one.EndpointStatus)).toEqual(['InService']);
    await execute(page, 'smext:open-resource', {
      connection: 'local',
      region: 'us-east-1',
      kind: 'training-job',
      id: 'demo-digits-large'
    });
    const job = page.locator('.jp-smext-page');
    await job.locator('summary', { hasText: /^Facts$/ }).click();
    await expect(job.getByText(/validation:accuracy 0\.\d+/)).toBeVisible();
    // One tab a resource, however often it is asked for.
    await panel.getByRole('row', { name: /^demo-digits, Endpoint/ }).dblclick();
    const tab = page
      .getByRole('main')
      .getByRole('tab', { name: 'demo-digits', exact: true });
    await expect(tab).toHaveCount(1);
    // Its endpoint is tried in its tab.
    await page.getByRole('tab', { name: 'Test', exact: true }).click();
    const bench = page.locator('.jp-smext-bench');
    await expect(bench.getByLabel('Content type')).toHaveValue('text/csv');
    const input = bench.getByRole('textbox', { name: 'Input' });
    await input.fill(ZERO);
    await expect(bench.getByText('1 row, 64 columns')).toBeVisible();
    await input.press('Control+Enter');
    await expect(
      bench.getByRole('table', { name: 'Predictions' }).getByRole('row').nth(1)
    ).toHaveText('10');
    await bench.getByLabel('Number of calls').selectOption('10');
    await bench.getByRole('button', { name: 'Repeat' }).click();
    await expect(bench.getByText('of 11 calls')).toBeVisible();
    await input.fill(`${ZERO},1`);
    await bench.getByRole('button', { name: 'Send' }).click();
    await expect(bench.getByRole('alert')).toContainText('The model');
    await bench.getByRole('button', { name: 'Show the log' }).click();
    await expect(bench.getByText('Log about the time')).toBeVisible();
    await inBothThemes(page, '.jp-smext-bench');
    // Its space is opened as its user, in JupyterLab.
    await panel.getByRole('row', { name: /^demo-space · JupyterLab/ }).click();
    const [opened] = await Promise.all([
      context.waitForEvent('page'),
      page
        .locator('.jp-smext-page-head')
        .getByRole('button', { name: 'Open', exact: true })
        .click()
    ]);
    await expect(opened).toHaveTitle(/JupyterLab/);
    expect(opened.url()).not.toMatch(/token/i);
    await opened.close();

    // Galata waits for the Launcher, which the tabs take the place of.
    await page.reload({ waitForIsReady: false } as object);
    await expect(
      panel.getByRole('row', { name: /^demo-digits, Endpoint/ })
    ).toBeVisible();
    await expect(panel.getByText('The demo is ready')).toBeHidden();
    expect(complaints).toEqual([]);
  });
});
