import { expect } from '@jupyterlab/galata';

import { aws, emptyEngine } from './engine';
import { notebook } from './notebook';
import { chooseEngine, execute, expectAccessible, listen, test } from './page';

test.use({ autoGoto: false });

const FOLDER = 'jobs';
const PATH = `${FOLDER}/orders.ipynb`;

test.describe('a notebook as a job', () => {
  test.beforeAll(emptyEngine);

  test.afterAll(async ({ request, baseURL }) => {
    const listed = await request.get(`${baseURL}/api/contents/${FOLDER}`);
    const { content } = (await listed.json()) as {
      content: { path: string }[];
    };
    for (const { path } of content) {
      await request.delete(`${baseURL}/api/contents/${encodeURI(path)}`);
    }
    await request.delete(`${baseURL}/api/contents/${FOLDER}`);
    emptyEngine();
  });

  test('is run with parameters, followed over a reload, and opened', async ({
    page
  }) => {
    const complaints = listen(page);
    await page.goto();
    await chooseEngine(page);
    await page.contents.createDirectory(FOLDER);
    await page.contents.uploadContent(
      notebook(
        { parameters: 'rows: int = 10' },
        'import time\nprint("working", flush=True)\ntime.sleep(5)',
        'print("rows are", rows)'
      ),
      'text',
      PATH
    );
    await execute(page, 'smext:run-notebook-as-job', { path: PATH });
    const form = page.getByRole('dialog', {
      name: 'Run orders.ipynb as a job'
    });
    await form.getByLabel('rows (int)').fill('7');
    await expectAccessible(page, '.jp-smext-job');
    await form.getByRole('button', { name: 'Run', exact: true }).click();

    const progress = page.getByRole('dialog', {
      name: 'orders.ipynb on ml.m5.large'
    });
    await expect(progress.getByRole('log')).toContainText('working');
    await expectAccessible(page, '.jp-smext-job-progress');

    await page.reload();
    await page.getByRole('button', { name: /^Show( progress)?$/ }).click();
    await expect(progress.getByRole('status').first()).toHaveText(/^Done in /);
    await progress
      .getByRole('button', { name: 'Open the executed notebook' })
      .click();
    await expect(page.getByText('rows are 7')).toBeVisible();
    expect(aws('list-training-jobs')).toMatchObject({
      TrainingJobSummaries: [{ TrainingJobStatus: 'Completed' }]
    });
    expect(complaints).toEqual([]);
  });
});
