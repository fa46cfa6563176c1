import { expect } from '@jupyterlab/galata';

import { aws, emptyEngine, engine } from './engine';
import { listen, panelOf, test } from './page';

test.use({ autoGoto: false });

const NAME = 'my-notebook';

interface IDescribed {
  NotebookInstanceStatus: string;
}

function status(): string {
  return (
    aws(
      'describe-notebook-instance',
      '--notebook-instance-name',
      NAME
    ) as IDescribed
  ).NotebookInstanceStatus;
}

test.describe('someone with no AWS account', () => {
  test.beforeAll(() => {
    engine('stop');
  });

  test.afterAll(() => {
    // The other tests ask for faults.
    emptyEngine();
  });

  test('gets a notebook instance, opens it, and stops it', async ({
    page,
    context
  }) => {
    const complaints = listen(page);
    const requests: string[] = [];
    page.on('request', request => {
      if (request.url().includes('/smext/api/')) {
        requests.push(request.url());
      }
    });
    await page.goto();
    expect(requests).toEqual([]);
    await expect(
      page.getByRole('button', { name: 'SageMaker. Open the panel' })
    ).toBeVisible();

    await page.keyboard.press('Control+Alt+s');
    const panel = panelOf(page);
    await panel.getByRole('button', { name: 'Use the local engine' }).click();
    await expect(panel.getByText('Nothing runs in us-east-1.')).toBeVisible();

    await panel
      .getByRole('button', { name: /^Create/ })
      .first()
      .click();
    const search = page.getByRole('searchbox', {
      name: 'Search what can be created'
    });
    await expect(search).toBeFocused();
    await search.fill('notebook instance');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const form = page.locator('.jp-smext-create-page');
    const name = form.getByLabel('Name', { exact: true });
    await expect(name).toBeFocused();
    await name.fill('not a name');
    await form.getByRole('button', { name: 'Create', exact: true }).click();
    await expect(form.getByText(/^Letters, digits and hyphens/)).toBeVisible();
    await name.fill(NAME);
    await form.getByRole('button', { name: 'Create', exact: true }).click();
    await expect(form).toBeHidden();

    const row = panel
      .getByRole('row', { name: new RegExp(`^${NAME}`) })
      .first();
    await expect(row).toBeVisible();
    const head = page.locator('.jp-smext-page-head');
    await expect(head.getByRole('heading')).toHaveText(NAME);
    await expect(head.getByRole('status')).toHaveText('InService');
    await expect(
      page.getByRole('button', { name: /^SageMaker: .*1 running/ })
    ).toBeVisible();

    const [opened] = await Promise.all([
      context.waitForEvent('page'),
      head.getByRole('button', { name: 'Open' }).click()
    ]);
    // The presigned URL signs in once and leads to the notebook instance's own JupyterLab.
    await opened.waitForURL(/\/(lab|tree)/);
    await expect(opened).toHaveTitle(/Jupyter/);
    expect(opened.url()).not.toContain('authToken');
    await opened.close();

    await row.hover();
    await row.getByRole('button', { name: /^Shut down/ }).click();
    const plan = page.getByRole('alertdialog');
    await expect(plan.getByRole('heading')).toHaveText(`Shut down ${NAME}?`);
    await plan.getByRole('button', { name: 'Shut down 1 item' }).click();
    await expect(
      page.getByRole('dialog').getByText(/^1 item shut down in/)
    ).toBeVisible();
    await expect(
      page.getByRole('dialog').getByText(/nothing of the plan is left/)
    ).toBeVisible();
    await page
      .getByRole('button', { name: 'Close', exact: true })
      .last()
      .click();

    expect(status()).toBe('Stopped');
    await expect(panel.getByText('Nothing runs in us-east-1.')).toBeVisible();
    await expect(head.getByRole('status')).toHaveText('Stopped');

    // What someone else does with the AWS CLI shows by itself.
    const deploy = panel.getByRole('row', { name: /^Deploy/ });
    await expect(deploy).toContainText('0');
    aws('create-model-package-group', '--model-package-group-name', 'outside');
    await expect(deploy).toContainText('1');

    expect(complaints).toEqual([]);
  });
});
