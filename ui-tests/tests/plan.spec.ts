import { expect, IJupyterLabPageFixture } from '@jupyterlab/galata';

import { aws, emptyEngine, faults } from './engine';
import { execute, expectAccessible, listen, panelOf, test } from './page';

test.use({ autoGoto: false });

const NAMES = ['plan-one', 'plan-two'];

interface IList {
  NotebookInstances: {
    NotebookInstanceName: string;
    NotebookInstanceStatus: string;
  }[];
}

function states(): { [name: string]: string } {
  const { NotebookInstances } = aws('list-notebook-instances') as IList;
  return Object.fromEntries(
    NotebookInstances.map(one => [
      one.NotebookInstanceName,
      one.NotebookInstanceStatus
    ])
  );
}

async function open(page: IJupyterLabPageFixture): Promise<void> {
  await page.goto('?smext-panel=local');
  for (const name of NAMES) {
    await expect(
      panelOf(page).getByRole('row', {
        name: new RegExp(`^${name}.*InService`)
      })
    ).toBeVisible();
  }
}

test.describe('shutting down', () => {
  test.beforeAll(() => {
    for (const name of NAMES) {
      aws(
        'create-notebook-instance',
        '--notebook-instance-name',
        name,
        '--instance-type',
        'ml.t3.medium',
        '--role-arn',
        'arn:aws:iam::000000000000:role/SageMaker'
      );
    }
  });

  test.afterEach(() => faults());

  test.afterAll(emptyEngine);

  test('is asked about by name, cancelled by Enter, followed over a reload, and proved', async ({
    page
  }) => {
    // A refused stop is a failed request; the page says it in its own words.
    const complaints = listen(page, /the server responded with a status/);
    await open(page);
    const panel = panelOf(page);

    await panel.getByRole('button', { name: 'Shut down all…' }).click();
    const plan = page.getByRole('alertdialog');
    await expect(plan.getByRole('heading')).toHaveText(
      'Shut down 2 running items?'
    );
    for (const name of NAMES) {
      await expect(
        plan.getByRole('row', { name: `${name} notebook instance` })
      ).toContainText('Stop; keep volume');
    }
    await expect(plan.getByRole('button', { name: 'Cancel' })).toBeFocused();
    await expectAccessible(page, '.jp-smext-modal');
    await page.keyboard.press('Enter');
    await expect(plan).toBeHidden();
    expect(Object.values(states())).toEqual(['InService', 'InService']);

    // One is refused: it asks for help, the other is stopped all the same.
    await faults({
      operation: 'StopNotebookInstance',
      kind: 'denied',
      times: 1
    });
    await execute(page, 'smext:shut-down-all');
    await plan.getByRole('button', { name: 'Shut down 2 items' }).click();
    const progress = page.getByRole('dialog');
    await expect(progress.getByText('1 step needs you.')).toBeVisible();
    await expect(
      progress.getByRole('listitem').filter({ hasText: 'Not allowed' })
    ).toContainText('sagemaker:StopNotebookInstance');
    const retry = progress.getByRole('button', { name: 'Retry' });
    await expect(retry).not.toHaveAttribute('aria-disabled', 'true');
    await expectAccessible(page, '.jp-smext-modal');
    expect(Object.values(states()).sort()).toEqual(['InService', 'Stopped']);

    // Tried again it works; hidden and reloaded meanwhile, it is found again.
    await faults({
      noun: 'NotebookInstance',
      status: 'Stopping',
      kind: 'hang'
    });
    await retry.click();
    await progress.getByRole('button', { name: 'Hide', exact: true }).click();
    await page.reload();
    await page
      .locator('.jp-toastContainer, .Toastify')
      .getByRole('button', { name: 'Show progress' })
      .click();
    await expect(progress.getByRole('heading')).toHaveText(
      'Shutting down 2 items'
    );
    await faults();
    await expect(progress.getByText(/^2 items shut down in/)).toBeVisible();
    await expect(
      progress.getByText(/nothing of the plan is left/)
    ).toBeVisible();
    expect(Object.values(states())).toEqual(['Stopped', 'Stopped']);
    await page.keyboard.press('Escape');
    await expect(
      panelOf(page).getByText('Nothing runs in us-east-1.')
    ).toBeVisible();

    // What is gone is gone from the tab as well.
    const one = {
      connection: 'local',
      region: 'us-east-1',
      kind: 'notebook-instance',
      id: NAMES[0]
    };
    await execute(page, 'smext:open-resource', one);
    await expect(page.locator('.jp-smext-page-head h1')).toHaveText(NAMES[0]);
    await execute(page, 'smext:act', {
      ...one,
      operation: 'DeleteNotebookInstance'
    });
    await expect(plan.getByRole('heading')).toHaveText(`Delete ${NAMES[0]}?`);
    await plan.getByRole('button', { name: 'Delete 1 item' }).click();
    await expect(progress.getByText(/^1 item done in/)).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(
      page.getByText(`${NAMES[0]} does not exist`, { exact: true })
    ).toBeVisible();
    expect(Object.keys(states())).toEqual([NAMES[1]]);
    expect(complaints).toEqual([]);
  });
});
