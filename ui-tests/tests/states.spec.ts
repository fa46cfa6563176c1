import { expect } from '@jupyterlab/galata';

import { aws, emptyEngine, faults } from './engine';
import { execute, expectAccessible, listen, panelOf, test } from './page';

test.use({ autoGoto: false });

test.describe('what could not be read', () => {
  test.beforeAll(() => {
    aws(
      'create-model-package-group',
      '--model-package-group-name',
      'group-before'
    );
  });

  test.afterEach(() => faults());

  test.afterAll(emptyEngine);

  test('is said in its place, and everything else is right', async ({
    page
  }) => {
    const complaints = listen(page);
    await faults(
      { operation: 'ListLabelingJobs', kind: 'denied' },
      { operation: 'ListTrainingJobs', kind: 'throttle' },
      { operation: 'ListHubs', kind: 'error500' }
    );
    await page.goto('?smext-panel=local');
    const panel = panelOf(page);
    const section = (name: string) =>
      panel.getByRole('row', { name: new RegExp(`^${name}`) }).first();

    // Closed again after each look: only the rows in view are in the page.
    await section('Deploy').click();
    await expect(section('Model package groups')).toContainText('1');
    await section('Deploy').click();
    await section('Prepare').click();
    await section('Labeling jobs').click();
    await expect(panel.getByText(/sagemaker:ListLabelingJobs/)).toBeVisible();
    await section('Govern').click();
    await section('Hubs').click();
    await expect(
      panel.getByText('Nothing is shown because nothing was read.')
    ).toBeVisible();
    await section('Govern').click();
    await section('Train').click();
    await section('Training jobs').click();
    await expect(panel.getByText('is limiting requests.')).toBeVisible();
    await expectAccessible(page, '#jupyter-smext-panel');

    // What was in the way is gone: nothing is left of it.
    await faults();
    await panel.getByRole('button', { name: 'Refresh now' }).click();
    await expect(panel.getByText(/sagemaker:ListLabelingJobs/)).toBeHidden();
    await expect(panel.getByText('is limiting requests.')).toBeHidden();

    // Signed out in the middle: the rows stay, and say that they are old.
    await faults({ operation: '*', kind: 'expired' });
    await panel.getByRole('button', { name: 'Refresh now' }).click();
    const signedOut = panel.getByText(/expired|Signed out/i).first();
    await expect(signedOut).toBeVisible();
    await faults();
    await panel.getByRole('button', { name: 'Refresh now' }).click();
    await expect(signedOut).toBeHidden();

    expect(complaints).toEqual([]);
  });

  test('a resource opens from the address, in either theme, by keyboard alone', async ({
    page
  }) => {
    const complaints = listen(page, /status of 404/);
    await page.goto('?smext-panel=local');
    // Galata's goto waits for the Launcher, which the resource takes the place of.
    await page.evaluate(() => {
      window.history.replaceState(
        null,
        '',
        '?smext-panel=local&smext-resource=local/us-east-1/model-package-group/group-before'
      );
    });
    await page.reload({ waitForIsReady: false } as object);
    const tab = page.locator('.jp-smext-page');
    await expect(tab.getByRole('heading', { level: 1 })).toHaveText(
      'group-before'
    );
    await tab.getByRole('tab', { name: 'Overview' }).focus();
    await page.keyboard.press('ArrowRight');
    await expect(tab.getByRole('tab', { name: 'Tags' })).toBeFocused();
    await page.keyboard.press('ArrowRight');
    await expect(tab.getByRole('tab', { name: 'Definition' })).toBeFocused();
    await expect(
      tab.getByText('ModelPackageGroupName', { exact: true })
    ).toBeVisible();
    await page.keyboard.press('Home');

    const panel = panelOf(page);
    await page.keyboard.press('Control+Alt+s');
    await expect(panel.getByRole('treegrid')).toBeVisible();
    for (const theme of ['JupyterLab Light', 'JupyterLab Dark']) {
      await execute(page, 'apputils:change-theme', { theme });
      await expect(page.locator('body')).toHaveAttribute(
        'data-jp-theme-name',
        theme
      );
      await expectAccessible(page, '#jupyter-smext-panel');
      await expectAccessible(page, '.jp-smext-page');
      await expectAccessible(page, '.jp-smext-status');
      await execute(page, 'smext:create');
      const search = page.getByRole('searchbox', {
        name: 'Search what can be created'
      });
      await expect(search).toBeFocused();
      await expectAccessible(page, '.jp-smext-create-tab');
      await search.fill('compilation');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      const form = page.locator('.jp-smext-create-tab');
      await expect(form.getByRole('heading', { level: 1 })).toHaveText(
        'Create compilation job'
      );
      await form.getByRole('button', { name: 'Create', exact: true }).click();
      await expect(form.getByText('This is needed.').first()).toBeVisible();
      await expectAccessible(page, '.jp-smext-create-tab');
      await execute(page, 'application:close');
      await expect(form).toBeHidden();
    }

    // The link of something that is not there says so.
    await execute(page, 'smext:open-resource', {
      connection: 'local',
      region: 'us-east-1',
      kind: 'model-package-group',
      id: 'never-was'
    });
    await expect(
      page.getByText('never-was does not exist', { exact: true })
    ).toBeVisible();

    // JupyterLab's own Running panel has the section too.
    await page.sidebar.openTab('jp-running-sessions');
    await expect(
      page.locator('#jp-running-sessions').getByText('SageMaker').first()
    ).toBeVisible();
    expect(complaints).toEqual([]);
  });
});
