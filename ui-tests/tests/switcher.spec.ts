import { expect, IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { NotebookPanel } from '@jupyterlab/notebook';

import { aws, emptyEngine, faults } from './engine';
import { notebook } from './notebook';
import { chooseEngine, execute, expectAccessible, listen, test } from './page';

// Galata's own answers to kernel requests know no kernel that changes on the server.
test.use({ autoGoto: false, kernels: null, sessions: null });

const PATH = 'switched.ipynb';
const NAME = 'nb-switched';

interface IDescribed {
  NotebookInstanceStatus: string;
  InstanceType: string;
}

function described(): IDescribed {
  return aws(
    'describe-notebook-instance',
    '--notebook-instance-name',
    NAME
  ) as IDescribed;
}

/** The notebook with its kernel, and its button. */
async function openNotebook(page: IJupyterLabPageFixture) {
  await execute(page, 'docmanager:open', { path: PATH, factory: 'Notebook' });
  const button = page
    .locator('.jp-NotebookPanel-toolbar')
    .getByRole('button', { name: /Select instance$/ });
  await expect(button).toBeVisible();
  return button;
}

/** What JupyterLab calls the kernel, also where the toolbar has no room for it. */
function kernelName(page: IJupyterLabPageFixture): Promise<string> {
  return page.evaluate(() => {
    const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
    return panel.sessionContext.kernelDisplayName;
  });
}

/** What JupyterLab says that the kernel does. */
function kernelStatus(page: IJupyterLabPageFixture): Promise<string> {
  return page.evaluate(() => {
    const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
    return panel.sessionContext.kernelDisplayStatus;
  });
}

test.describe('the kernel of a notebook', () => {
  test.beforeAll(emptyEngine);

  test.afterEach(() => faults());

  test.afterAll(async ({ request, baseURL }) => {
    const sessions = await (
      await request.get(`${baseURL}/api/sessions`)
    ).json();
    for (const { id, path } of sessions as { id: string; path: string }[]) {
      if (path === PATH) {
        await request.delete(`${baseURL}/api/sessions/${id}`);
      }
    }
    await request.delete(`${baseURL}/api/contents/${PATH}`);
    emptyEngine();
  });

  test('moves to a new instance with its variables, over a reload, and back', async ({
    page
  }) => {
    const complaints = listen(page);
    await page.goto();
    await chooseEngine(page);
    await page.contents.uploadContent(
      notebook('x = 41', 'print(x + 1)', 'print(x + 2)'),
      'text',
      PATH
    );
    let button = await openNotebook(page);
    await expect(button).toHaveAccessibleName(/Local/);
    await page.notebook.runCell(0, true);

    await button.click();
    const dialog = page.getByRole('dialog', {
      name: `Select instance for ${PATH}`
    });
    await dialog.getByRole('radio', { name: /^New notebook instance/ }).check();
    const name = dialog.getByLabel('Notebook instance name');
    await expect(name).toHaveValue('switched');
    await name.fill(NAME);
    await dialog.getByRole('searchbox').fill('t3 <= 4 gib');
    await dialog.getByRole('row', { name: /^ml\.t3\.medium/ }).click();
    await expect(dialog.getByLabel(/^1 variable/)).toBeChecked();
    await expectAccessible(page, '.jp-smext-switcher');
    const accept = dialog.getByRole('button', { name: 'Save and switch' });
    await expect(accept).toBeEnabled();
    // The kernel moves after the reload, also where that takes long.
    await faults({
      noun: 'NotebookInstance',
      status: 'Pending',
      kind: 'hang'
    });
    await accept.click();
    await expect(dialog).toBeHidden();

    const progress = page.getByRole('progressbar', {
      name: 'Switching instance'
    });
    await expect(progress).toBeVisible();
    await expectAccessible(page, '.jp-smext-under-toolbar');
    await expect(button).toHaveAccessibleName(/step \d+ of \d+/);
    // What is in the file stays readable meanwhile.
    await expect(page.getByText('print(x + 1)')).toBeVisible();

    // What Galata waits for is a Launcher, and the notebook comes back.
    await page.reload({ waitForIsReady: false } as object);
    button = await openNotebook(page);
    await expect(progress).toBeVisible();
    // JupyterLab complains of a kernel that is replaced before it has answered what is asked first.
    await expect.poll(() => kernelStatus(page)).toBe('idle');
    await faults();
    await expect(button).toHaveAccessibleName(new RegExp(NAME));
    await expect(progress).toBeHidden();
    expect(described()).toMatchObject({
      NotebookInstanceStatus: 'InService',
      InstanceType: 'ml.t3.medium'
    });
    await expect.poll(() => kernelName(page)).toContain(NAME);
    await page.notebook.runCell(1, true);
    await expect
      .poll(() => page.notebook.getCellTextOutput(1))
      .toEqual(['42\n']);

    await page.keyboard.press('Control+s');
    await expect(
      page.getByRole('tab', { name: PATH, exact: true })
    ).not.toHaveClass(/jp-mod-dirty/);
    const saved = await page.evaluate(async path => {
      const { contents } = window.jupyterapp.serviceManager;
      return (await contents.get(path)).content.metadata.kernelspec.name;
    }, PATH);
    expect(saved).toBe('python3');

    await execute(page, 'smext:switch-back');
    await expect(dialog.getByLabel(`Stop ${NAME}`)).toBeChecked();
    await expect(accept).toBeEnabled();
    await accept.click();
    await expect(button).toHaveAccessibleName(/Local/);
    await expect.poll(() => kernelName(page)).toBe('Python 3 (ipykernel)');
    await page.notebook.runCell(2, true);
    await expect
      .poll(() => page.notebook.getCellTextOutput(2))
      .toEqual(['43\n']);
    await expect.poll(() => described().NotebookInstanceStatus).toBe('Stopped');
    expect(complaints).toEqual([]);
  });
});
