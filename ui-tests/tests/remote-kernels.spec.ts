import { expect } from '@jupyterlab/galata';

import { aws, emptyEngine } from './engine';
import { notebook } from './notebook';
import { chooseEngine, execute, expectAccessible, listen, test } from './page';

// Galata's own answers to kernel requests know no kernel that changes on the server.
test.use({ autoGoto: false, kernels: null, sessions: null });

const PATH = 'kept.ipynb';
const NAME = 'nb-kept';
const ROLE =
  'arn:aws:iam::000000000000:role/service-role/SageMakerLocalExecutionRole';

function status(): string {
  const told = aws(
    'describe-notebook-instance',
    '--notebook-instance-name',
    NAME
  );
  return (told as { NotebookInstanceStatus: string }).NotebookInstanceStatus;
}

test.describe('a kernel on an instance', () => {
  test.beforeAll(() => {
    emptyEngine();
    aws(
      'create-notebook-instance',
      '--notebook-instance-name',
      NAME,
      '--instance-type',
      'ml.t3.medium',
      '--role-arn',
      ROLE
    );
  });

  test.afterAll(async ({ request, baseURL }) => {
    await request.delete(`${baseURL}/api/contents/${PATH}`);
    emptyEngine();
  });

  test('runs on without its notebook, is attached again, and shut down', async ({
    page
  }) => {
    // JupyterLab asked the kernel that was let go for its debugger.
    const complaints = listen(page, /debugger state/);
    await page.goto();
    await page.contents.uploadContent(
      notebook('x = 41', 'print(x + 1)'),
      'text',
      PATH
    );
    await chooseEngine(page);
    await execute(page, 'docmanager:open', { path: PATH, factory: 'Notebook' });
    const button = page
      .locator('.jp-NotebookPanel-toolbar')
      .getByRole('button', { name: /Select instance$/ });
    await expect(button).toHaveAccessibleName(/Local/);
    await expect.poll(status).toBe('InService');

    await button.click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: new RegExp(`^${NAME}`) }).check();
    await dialog.getByText('Sign in and list its kernels').click();
    await expect(
      dialog.getByLabel('Kernel', { exact: true }).locator('option')
    ).toHaveText(['Python 3 (ipykernel)']);
    const accept = dialog.getByRole('button', { name: 'Save and switch' });
    await expect(accept).toBeEnabled();
    await accept.click();
    const there = new RegExp(`${NAME} · on this machine, working`);
    await expect(button).toHaveAccessibleName(there);
    await page.notebook.runCell(0, true);

    await execute(page, 'smext:keep-kernel-running');
    await expect(page.getByRole('tab', { name: PATH })).toHaveCount(0);
    await execute(page, 'smext:show-remote-kernels');
    const kernel = page.getByRole('row', { name: new RegExp(`^${PATH}`) });
    await expect(kernel).toContainText('nobody');
    await expectAccessible(page, '.jp-smext-kernels');
    await kernel.getByRole('button', { name: `Re-attach ${PATH}` }).click();
    await expect(dialog.getByRole('textbox')).toHaveValue(PATH);
    await dialog.getByRole('button', { name: 'Re-attach' }).click();

    await expect(button).toHaveAccessibleName(there);
    await page.notebook.runCell(1, true);
    await expect
      .poll(() => page.notebook.getCellTextOutput(1))
      .toEqual(['42\n']);

    await execute(page, 'smext:show-remote-kernels');
    await expect(kernel).toContainText('a notebook here');
    await kernel.getByRole('button', { name: `Shut down ${PATH}…` }).click();
    await dialog.getByRole('button', { name: 'Shut down' }).click();
    await expect(page.getByText('It runs no kernel.')).toBeVisible();
    expect(complaints).toEqual([]);
  });
});
