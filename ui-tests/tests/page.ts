import { IJupyterLabPageFixture, test as base } from '@jupyterlab/galata';
import { ConsoleMessage, expect, Locator } from '@playwright/test';
import { readFileSync } from 'fs';

/** Galata's `test`, which waits for JupyterLab's start as long as `expect` waits, and not for 15 s. */
export const test = base.extend<object>({
  page: async ({ page }, use) => {
    page.waitForCondition = condition =>
      expect.poll(async () => await condition()).toBe(true);
    await use(page);
  }
});

/** JupyterLab says this of itself on a busy machine. */
const SLOW = /^Plugin @jupyterlab\/.* to activate\.$/;

/** Warnings and errors of the page's console, as they come; those that `expected` matches are left out. */
export function listen(
  page: IJupyterLabPageFixture,
  expected: RegExp = /^$/
): string[] {
  const complaints: string[] = [];
  page.on('console', (message: ConsoleMessage) => {
    if (
      ['warning', 'error'].includes(message.type()) &&
      !expected.test(message.text()) &&
      !SLOW.test(message.text())
    ) {
      complaints.push(`${message.type()}: ${message.text()}`);
    }
  });
  page.on('pageerror', error => complaints.push(String(error)));
  return complaints;
}

/** The side panel. */
export function panelOf(page: IJupyterLabPageFixture): Locator {
  return page.locator('#jupyter-smext-panel');
}

/** Run a JupyterLab command; its promise is not awaited, since dialogs hold it. */
export async function execute(
  page: IJupyterLabPageFixture,
  command: string,
  args: object = {}
): Promise<void> {
  await page.evaluate(
    ([id, json]) => {
      void window.jupyterapp.commands.execute(id, JSON.parse(json));
    },
    [command, JSON.stringify(args)]
  );
}

/** Have the window look at the engine, in one region. */
export async function chooseEngine(
  page: IJupyterLabPageFixture
): Promise<void> {
  await page.evaluate(async () => {
    const { commands, restored } = window.jupyterapp;
    await restored;
    await commands.execute('smext:select-connection', {
      connection: 'local',
      regions: ['us-east-1']
    });
  });
}

/**
 * What axe asks of landmarks of a whole page, which are JupyterLab's; it is best practice, not WCAG.
 */
const LANDMARKS = ['banner', 'contentinfo', 'main'].flatMap(one => [
  `landmark-${one}-is-top-level`,
  `landmark-no-duplicate-${one}`
]);

/**
 * No serious or critical violation of WCAG in what `selector` matches, and no second landmark.
 */
export async function expectAccessible(
  page: IJupyterLabPageFixture,
  selector: string
): Promise<void> {
  await page.evaluate(readFileSync(require.resolve('axe-core'), 'utf8'));
  const asked = { scope: selector, landmarks: LANDMARKS };
  const violations = await page.evaluate(async ({ scope, landmarks }) => {
    const { axe } = window as unknown as {
      axe: {
        run(
          scope: string,
          options: object
        ): Promise<{
          violations: {
            id: string;
            impact: string;
            nodes: { html: string; failureSummary: string }[];
          }[];
        }>;
      };
    };
    const result = await axe.run(scope, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],
      rules: Object.fromEntries(landmarks.map(id => [id, { enabled: true }]))
    });
    return result.violations
      .filter(
        one =>
          ['serious', 'critical'].includes(one.impact) ||
          landmarks.includes(one.id)
      )
      .flatMap(one =>
        one.nodes.map(node => `${one.id}: ${node.html}\n${node.failureSummary}`)
      );
  }, asked);
  expect(violations).toEqual([]);
}
