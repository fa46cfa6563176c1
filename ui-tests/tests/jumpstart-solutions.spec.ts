import { expect } from '@jupyterlab/galata';

import { aws, emptyEngine } from './engine';
import { chooseEngine, execute, expectAccessible, listen, test } from './page';

test.use({ autoGoto: false });

const SOLUTION = 'Churn prediction';
const STACK = 'churn';

test.describe("JumpStart's solutions", () => {
  test.beforeAll(emptyEngine);
  test.afterAll(emptyEngine);

  test('launches a stack that survives a reload, runs its notebook, deletes it with proof', async ({
    page,
    tmpPath
  }) => {
    const complaints = listen(page);
    await page.goto();
    await chooseEngine(page);
    await execute(page, 'smext:open-jumpstart');
    await page.getByRole('tab', { name: /^Solutions/ }).click();
    const solutions = page.getByRole('grid', { name: 'Solutions' });
    await expect(
      solutions.getByRole('gridcell', { name: `${SOLUTION} runs on this` })
    ).toBeVisible();
    await expectAccessible(page, '.jp-smext-jumpstart');
    await page
      .getByRole('searchbox', { name: 'Search solutions' })
      .fill('churn');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');

    const form = page.getByRole('form', { name: 'Launch' });
    await form.getByLabel('Stack name').fill(STACK);
    await expectAccessible(page, '.jp-smext-solution');
    // What it may do must be acknowledged first.
    await form.getByRole('button', { name: 'Launch' }).click();
    await expect(form.getByText('Something above is not right')).toBeVisible();
    await form.getByLabel(/^I acknowledge/).check();
    await form.getByRole('button', { name: 'Launch' }).click();
    const stack = page.getByRole('tabpanel', { name: /^Stacks/ });
    await expect(stack.getByText('CREATE_IN_PROGRESS').first()).toBeVisible();
    await page.reload({ waitForIsReady: false } as object);
    await expect(stack.getByText('CREATE_COMPLETE').first()).toBeVisible();
    await expect(stack.getByRole('heading', { name: 'Outputs' })).toBeVisible();
    await expectAccessible(page, '.jp-smext-jumpstart');
    expect(aws('list-endpoints')).toMatchObject({
      Endpoints: [{ EndpointStatus: 'InService' }]
    });

    // The notebook works with what the stack made, and fills its bucket.
    await stack.getByRole('button', { name: 'Open notebook' }).click();
    await page.getByLabel(/^The notebook and its files/).fill(tmpPath);
    await page.getByRole('button', { name: 'Copy and open' }).click();
    const notebook = page.locator('.jp-NotebookPanel');
    await expect(notebook).toContainText('Churn prediction');
    await expect(page.getByText('| Idle')).toBeVisible();
    await execute(page, 'notebook:run-all-cells');
    await expect(notebook).toContainText('s3://churn-bucket');
    await execute(page, 'docmanager:save');
    await page.getByRole('tab', { name: SOLUTION, exact: true }).click();

    await stack.getByRole('button', { name: 'Delete all resources…' }).click();
    const question = page.getByRole('alertdialog');
    await expect(question.getByRole('heading')).toContainText(STACK);
    await expect(
      question.getByRole('button', { name: 'Cancel' })
    ).toBeFocused();
    await expectAccessible(page, '.jp-smext-modal');
    await question.getByLabel('Empty its buckets first').check();
    await question
      .getByRole('button', { name: /^Delete \d+ resources/ })
      .click();
    await expect(stack.getByText('Nothing of it is left.')).toBeVisible();
    await expectAccessible(page, '.jp-smext-jumpstart');
    expect(aws('list-endpoints')).toEqual({ Endpoints: [] });
    expect(aws('list-models')).toEqual({ Models: [] });
    expect(complaints).toEqual([]);
  });
});
