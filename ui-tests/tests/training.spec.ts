import { expect, IJupyterLabPageFixture } from '@jupyterlab/galata';
import { Locator } from '@playwright/test';

import { emptyEngine } from './engine';
import { chooseEngine, execute, expectAccessible, listen, test } from './page';

const SCRIPT = `
import argparse, os, time
import joblib
from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier


def model_fn(model_dir):
    return joblib.load(os.path.join(model_dir, "model.joblib"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--need", default="")
    parser.add_argument("--labels", default="")
    options = parser.parse_args()
    images, digits = load_digits(return_X_y=True)
    model = SGDClassifier(loss="log_loss", random_state=1)
    for epoch in range(options.epochs):
        model.partial_fit(images, digits, classes=range(10))
        print(f"epoch={epoch} accuracy={model.score(images, digits):.4f};", flush=True)
        time.sleep(1)
    if options.need:
        __import__(options.need)
    if options.labels:
        raise ValueError(f"the labels are {options.labels}")
    joblib.dump(model, os.path.join(os.environ["SM_MODEL_DIR"], "model.joblib"))
`;

/** The tab in front. */
function tabOf(page: IJupyterLabPageFixture): Locator {
  return page.locator('#jp-main-dock-panel .jp-smext-resource:visible');
}

/** Say how the script is to be called, each name once. */
async function hyperparameter(
  form: Locator,
  name: string,
  value: string
): Promise<void> {
  const group = form.getByRole('group', { name: /^Hyperparameters/ }).first();
  await group.getByRole('button', { name: 'Add to Hyperparameters' }).click();
  await group.getByLabel('Name', { exact: true }).last().fill(name);
  await group.getByLabel('Value', { exact: true }).last().fill(value);
}

async function create(form: Locator): Promise<void> {
  await form.getByRole('button', { name: 'Create', exact: true }).click();
}

test.describe('a training job', () => {
  test.beforeEach(async ({ page, tmpPath }) => {
    emptyEngine();
    await page.contents.uploadContent(SCRIPT, 'text', `${tmpPath}/train.py`);
    await chooseEngine(page);
    await page.filebrowser.openDirectory(tmpPath);
    await page
      .locator('.jp-DirListing-item', { hasText: 'train.py' })
      .click({ button: 'right' });
    await page.getByRole('menuitem', { name: /^Train with/ }).click();
    const form = tabOf(page);
    await expect(
      form.getByLabel('Framework').locator('option:checked')
    ).toContainText(/scikit-learn/i);
  });

  test('is made from a script, watched, deployed and called', async ({
    page
  }) => {
    const complaints = listen(page);
    const tab = tabOf(page);
    await hyperparameter(tab, 'epochs', '20');
    await tab.locator('summary', { hasText: /^Metrics/ }).click();
    await tab.getByRole('button', { name: 'Add to Metrics' }).click();
    await tab.getByLabel('Name', { exact: true }).last().fill('accuracy');
    await tab
      .getByLabel('Regular expression')
      .last()
      .fill('accuracy=([0-9.]+);');
    await expectAccessible(page, '.jp-smext-create-tab');
    await create(tab);

    // The resource's tab takes the place of the form's.
    const phases = tab.getByRole('list', { name: 'Phases' });
    await expect(phases.locator('[aria-current=step]')).toContainText(
      'Training'
    );
    await expect(tab.getByRole('log')).toContainText('epoch=2 accuracy=');
    const curve = tab.getByRole('figure', { name: /accuracy/ });
    await expect(curve).toBeVisible();
    const status = tab.locator('.jp-smext-page-head').getByRole('status');
    await expect(status).toHaveText(/^Completed/);
    await expect(curve).toContainText(/0\.9\d/);
    await expectAccessible(page, '.jp-smext-resource');

    const job = await tab.getByRole('heading', { level: 1 }).innerText();
    await page.reload({ waitForIsReady: false } as object);
    await expect(tab.getByRole('heading', { level: 1 })).toHaveText(job);

    await tab.getByRole('button', { name: 'Deploy…' }).click();
    await create(tab);
    await expect(
      tab.locator('.jp-smext-page-head').getByText(/^Endpoint/)
    ).toBeVisible();
    await expect(status).toHaveText('InService');
    await tab.getByRole('tab', { name: 'Test' }).click();
    // An image of nothing but ink.
    await tab
      .getByRole('textbox', { name: 'Input' })
      .fill(Array(64).fill('16').join());
    await tab.getByRole('button', { name: /^Send/ }).click();
    await expect(tab.getByRole('region', { name: 'Answer' })).toContainText(
      /\b\d\b/
    );
    await tab.getByRole('tab', { name: 'Metrics' }).click();
    await expect(
      tab.getByRole('figure', { name: /^Invocations/ }).first()
    ).toContainText('1');
    expect(complaints).toEqual([]);
  });

  test('that fails says why, and is cloned with what was wrong put right', async ({
    page
  }) => {
    const tab = tabOf(page);
    const why = tab.getByRole('region', { name: 'Why it failed' });
    await hyperparameter(tab, 'need', 'a_module_of_nobody');
    await create(tab);
    await expect(why.getByRole('heading').first()).toHaveText(/module/i);
    await expect(why).toContainText('a_module_of_nobody');

    const again = async (name: string, value: string) => {
      await tab.getByRole('button', { name: 'Clone…' }).first().click();
      const group = tab.getByRole('group', { name: /^Hyperparameters/ });
      await group.first().getByLabel('Name', { exact: true }).last().fill(name);
      await group
        .first()
        .getByLabel('Value', { exact: true })
        .last()
        .fill(value);
      await create(tab);
    };
    await again('epochs', 'many');
    await expect(why).toContainText("invalid int value: 'many'");
    await again('labels', '<img src=x onerror=alert(1)>');
    await expect(why).toContainText(
      'ValueError: the labels are <img src=x onerror=alert(1)>'
    );
    await execute(page, 'smext:refresh');
    await again('epochs', '1');
    await expect(
      tab.locator('.jp-smext-page-head').getByRole('status')
    ).toHaveText(/^Completed/);
  });
});
