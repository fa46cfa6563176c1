/* What the browser benchmarks do in Chromium: node bench/browser.js load|rest|jumpstart|logs|rows URL …; one JSON object on stdout. */
const fs = require('fs');
const { createRequire } = require('module');
const path = require('path');
const { chromium } = createRequire(
  path.join(__dirname, '..', 'ui-tests', 'package.json')
)('@playwright/test');

const EXECUTABLE =
  process.env.CHROMIUM ??
  ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(fs.existsSync);
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run'
];

/** Bytes of the page's live JavaScript, after a garbage collection. */
async function heap(cdp) {
  await cdp.send('HeapProfiler.collectGarbage');
  return (await metrics(cdp)).JSHeapUsedSize;
}

async function metrics(cdp) {
  const { metrics } = await cdp.send('Performance.getMetrics');
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}

/** Private memory in bytes of the largest renderer: the page. Linux only. */
function rendererBytes() {
  let largest = 0;
  for (const pid of fs
    .readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))) {
    try {
      const command = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      if (command.includes('--type=renderer')) {
        const rollup = fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
        const kb = [...rollup.matchAll(/^Private_\w+:\s+(\d+) kB/gm)];
        const bytes = kb.reduce((sum, match) => sum + 1024 * match[1], 0);
        largest = Math.max(largest, bytes);
      }
    } catch (error) {
      if (!['ENOENT', 'ESRCH', 'EACCES'].includes(error.code)) {
        throw error;
      }
    }
  }
  return largest;
}

async function open(url) {
  const browser = await chromium.launch({
    executablePath: EXECUTABLE,
    args: ARGUMENTS
  });
  const page = await browser.newPage({
    viewport: { width: 1280, height: 800 }
  });
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  const seen = { requests: 0, bytes: 0, urls: [] };
  page.on('requestfinished', async request => {
    const sizes = await request.sizes().catch(() => null);
    seen.requests += 1;
    seen.bytes += sizes ? sizes.responseBodySize : 0;
    seen.urls.push(new URL(request.url()).pathname);
  });
  await page.goto(url);
  await page.waitForSelector('.jp-LauncherCard', {
    state: 'visible',
    timeout: 120000
  });
  await page.waitForLoadState('networkidle');
  return { browser, page, cdp, seen };
}

const scripts = {
  /** JupyterLab up to its Launcher: requests, bytes, live heap. */
  async load(url) {
    const { browser, cdp, seen } = await open(url);
    const answer = { ...seen, heap: await heap(cdp) };
    await browser.close();
    return answer;
  },

  /** Memory of a page at rest, for comparison. */
  async rest(url) {
    const { browser, cdp } = await open(url);
    await heap(cdp);
    const answer = { bytes: rendererBytes() };
    await browser.close();
    return answer;
  },

  /** Open JumpStart's catalogue that the server has read already, then type and delete a word in its search. */
  async jumpstart(url, word, times) {
    const anew = `${url}&reset`;
    const { browser, page, cdp } = await open(anew);
    await page.evaluate(async () => {
      const { commands, restored } = window.jupyterapp;
      await restored;
      await commands.execute('smext:select-connection', {
        connection: 'local',
        regions: ['us-east-1']
      });
    });
    const openTab = () =>
      page.evaluate(async () => {
        const start = performance.now();
        void window.jupyterapp.commands.execute('smext:open-jumpstart');
        while (!document.querySelector('.jp-smext-models [data-index]')) {
          await new Promise(requestAnimationFrame);
          if (performance.now() - start > 60000) {
            throw new Error(`No models: ${document.body.innerText}`);
          }
        }
        // The frame that has the rows is painted before the next one begins.
        await new Promise(requestAnimationFrame);
        return performance.now() - start;
      });
    // The server reads its lists once; its catalogue is whole when the bar has gone.
    await openTab();
    await page.waitForSelector('.jp-smext-catalogue-reading', {
      state: 'detached',
      timeout: 120000
    });
    // A page that has not opened it yet, and restores nothing.
    await page.goto(anew);
    await page.waitForSelector('.jp-LauncherCard', {
      state: 'visible',
      timeout: 120000
    });
    await page.waitForLoadState('networkidle');
    await heap(cdp);
    const before = rendererBytes();
    const paintMs = await openTab();
    const typed = await page.evaluate(
      async ([word, times]) => {
        const box = document.querySelector('.jp-smext-catalogue-search input');
        const { set } = Object.getOwnPropertyDescriptor(
          HTMLInputElement.prototype,
          'value'
        );
        const grid = document.querySelector('.jp-smext-models');
        const facets = document.querySelector('.jp-smext-facets');
        const frame = () => new Promise(requestAnimationFrame);
        const strokes = [];
        // What was asked for to follow is done before the next keystroke, as when a person types.
        const rest = () => new Promise(done => setTimeout(done, 50));
        // A frame's own callbacks come before it is laid out and painted, other tasks after that:
        // so this is the whole of a keystroke, without waiting for the screen's next frame.
        const painted = () =>
          new Promise(done => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => done();
            port2.postMessage(null);
          });
        const type = async text => {
          await frame();
          const start = performance.now();
          set.call(box, text);
          box.dispatchEvent(new Event('input', { bubbles: true }));
          await painted();
          const took = performance.now() - start;
          const seen = [grid.textContent, facets.textContent];
          await rest();
          if (seen.join() !== [grid.textContent, facets.textContent].join()) {
            throw new Error(`Rows or counts came late for "${text}"`);
          }
          return took;
        };
        const lengths = [...word].map((_, at) => at + 1);
        lengths.push(...lengths.slice(0, -1).reverse(), 0);
        let rows = 0;
        for (let time = 0; time < times; time++) {
          const once = [];
          for (const length of lengths) {
            once.push(await type(word.slice(0, length)));
            if (length === word.length) {
              rows = Number(grid.getAttribute('aria-rowcount')) - 1;
            }
          }
          strokes.push(once);
        }
        const all = Number(grid.getAttribute('aria-rowcount')) - 1;
        return { strokes, rows, all };
      },
      [word, Number(times)]
    );
    await heap(cdp);
    const answer = { paintMs, ...typed, bytes: rendererBytes() - before };
    await browser.close();
    return answer;
  },

  /**
   * Open the log of a training job once it has `count` lines, scroll and search through all of
   * them, and follow it: the worst frame of each, and how far behind its last lines are.
   */
  async logs(url, job, count) {
    const { browser, page, cdp } = await open(`${url}&reset`);
    page.setDefaultTimeout(300000);
    const readMs = await page.evaluate(
      async ([job, count]) => {
        const frame = () => new Promise(requestAnimationFrame);
        const frames = { what: 'open', worst: {} };
        window.benchFrames = frames;
        let last = performance.now();
        (function next(now) {
          const { what, worst } = frames;
          worst[what] = Math.max(worst[what] ?? 0, now - last);
          last = now;
          requestAnimationFrame(next);
        })(last);
        const start = performance.now();
        void window.jupyterapp.commands.execute('smext:open-resource', {
          connection: 'local',
          region: 'us-east-1',
          kind: 'training-job',
          id: job,
          view: 'logs'
        });
        const lines = () =>
          Number(
            /^([\d,]+) lines?/
              .exec(
                document.querySelector('.jp-smext-log-bar > .jp-smext-num')
                  ?.textContent ?? ''
              )?.[1]
              .replaceAll(',', '') ?? 0
          );
        while (lines() < count) {
          await frame();
          if (lines()) {
            frames.what = 'read';
          }
          if (performance.now() - start > 300000) {
            throw new Error(`No such log: ${document.body.innerText}`);
          }
        }
        return performance.now() - start;
      },
      [job, Number(count)]
    );
    const scrolled = await page.evaluate(async () => {
      const frame = () => new Promise(requestAnimationFrame);
      const box = document.querySelector('.jp-smext-log');
      const frames = window.benchFrames;
      const steps = 300;
      const seen = new Set();
      const see = () =>
        seen.add(box.querySelector('[data-line]')?.dataset.line);
      frames.what = 'scroll';
      for (let step = 0; step <= steps; step++) {
        const end = box.scrollHeight - box.clientHeight;
        box.scrollTop = (end * step) / steps;
        await frame();
        see();
      }
      frames.what = 'wheel';
      for (let step = 0; step < 2 * steps; step++) {
        box.scrollTop -= 54;
        await frame();
        see();
      }
      frames.what = 'keys';
      const init = { bubbles: true, cancelable: true };
      for (let step = 0; step < steps; step++) {
        box.dispatchEvent(
          new KeyboardEvent('keydown', { ...init, key: 'PageUp' })
        );
        await frame();
        see();
      }
      if (seen.size < 3 * steps) {
        throw new Error(`Only ${seen.size} places were seen`);
      }
      return box.querySelectorAll('[data-line]').length;
    });
    // Typed as a person types: the server is asked once the text rests.
    const field = page.locator('.jp-smext-log-bar input');
    const found = page.locator(
      '.jp-smext-log-bar .jp-smext-input [role=status]'
    );
    const search = async (what, text, matches) => {
      await page.evaluate(what => {
        window.benchFrames.what = what;
      }, what);
      await field.fill('');
      await field.pressSequentially(text, { delay: 40 });
      await found.filter({ hasText: matches }).waitFor();
      for (let time = 0; time < 25; time++) {
        await field.press('Enter');
      }
      await page.locator('[data-current] mark').waitFor();
    };
    await search('search', 'needle', /20$/);
    await page.getByRole('button', { name: 'Regular expression' }).click();
    await search('pattern', '9999[0-9] loss .*img', /100$/);
    await page.evaluate(() => {
      window.benchFrames.what = 'error';
    });
    await page.locator('.jp-smext-log').press('e');
    await page.locator('[data-current][data-level=error]').waitFor();
    await page.evaluate(() => {
      window.benchFrames.what = 'collect';
    });
    await heap(cdp);
    const bytes = rendererBytes();
    await page.locator('.jp-smext-log').press('End');
    const lags = await page.evaluate(async () => {
      window.benchFrames.what = 'follow';
      const box = document.querySelector('.jp-smext-log');
      const lags = new Map();
      const see = () => {
        for (const row of box.querySelectorAll('[data-line]')) {
          const at = /tail (\d+\.\d+)$/.exec(row.textContent)?.[1];
          if (at && !lags.has(at)) {
            lags.set(at, Date.now() / 1000 - Number(at));
          }
        }
      };
      await new Promise(done => setTimeout(done, 1000));
      see();
      // What stood there already was not followed.
      const before = lags.size;
      const observer = new MutationObserver(see);
      observer.observe(box, {
        subtree: true,
        childList: true,
        characterData: true
      });
      await new Promise(done => setTimeout(done, 20000));
      observer.disconnect();
      return [...lags.values()].slice(before);
    });
    if (lags.length < 40) {
      const log = await page.locator('.jp-smext-logview').innerText();
      throw new Error(`Only ${lags.length} lines were followed: ${log}`);
    }
    const { collect: _, ...worst } = await page.evaluate(
      () => window.benchFrames.worst
    );
    const sorted = [...lags].sort((a, b) => a - b);
    const answer = {
      readMs,
      lines: Number(count),
      rows: scrolled,
      worst,
      bytes,
      lag: sorted[sorted.length - 1],
      medianLag: sorted[sorted.length >> 1],
      tails: lags.length
    };
    await browser.close();
    return answer;
  },

  /** Open the panel on `count` rows already known to the server, then scroll through all of them. */
  async rows(url, kindLabel, groupLabel, count) {
    const { browser, page, cdp } = await open(url);
    const panel = page.locator('.jp-smext-panel');
    const show = () =>
      page.evaluate(() =>
        window.jupyterapp.commands.execute('smext:open-panel')
      );
    await show();
    const row = name => panel.getByRole('row', { name }).first();
    // Expand the section and the kind once: the panel remembers it, as for a returning user.
    for (const label of [groupLabel, kindLabel]) {
      const target = row(new RegExp(`^${label}`));
      await target.waitFor({ timeout: 60000 });
      if ((await target.getAttribute('aria-expanded')) === 'false') {
        await target.click();
      }
    }
    await panel
      .locator(`[aria-setsize="${count}"]`)
      .first()
      .waitFor({ timeout: 60000 });
    await page.waitForLoadState('networkidle');
    // Leave with the panel closed, and come back to a page that has not opened it yet.
    const saved = page.waitForResponse(
      response =>
        response.url().includes('/lab/api/workspaces') &&
        response.request().method() === 'PUT'
    );
    await page.evaluate(() => window.jupyterapp.shell.collapseLeft());
    await saved;
    await page.goto(url.replace(/&smext-panel=[^&]*/, ''));
    await page.waitForSelector('.jp-LauncherCard', {
      state: 'visible',
      timeout: 120000
    });
    await page.waitForLoadState('networkidle');
    if (await panel.isVisible()) {
      throw new Error('The panel is open already');
    }
    const before = await metrics(cdp);
    await show();
    await panel.locator(`[aria-setsize="${count}"]`).first().waitFor();
    await page.evaluate(
      () =>
        new Promise(done =>
          requestAnimationFrame(() => requestAnimationFrame(done))
        )
    );
    const after = await metrics(cdp);
    const frames = await page.evaluate(async () => {
      const tree = document.querySelector('.jp-smext-tree');
      const deltas = [];
      const end = tree.scrollHeight - tree.clientHeight;
      const steps = 300;
      await new Promise(done => {
        let step = 0;
        let last = 0;
        const frame = now => {
          if (last) {
            deltas.push(now - last);
          }
          last = now;
          tree.scrollTop = (end * step) / steps;
          step += 1;
          step <= steps ? requestAnimationFrame(frame) : done();
        };
        requestAnimationFrame(frame);
      });
      return {
        worst: Math.max(...deltas),
        median: deltas.sort((a, b) => a - b)[deltas.length >> 1],
        over50: deltas.filter(delta => delta > 50).length,
        height: tree.scrollHeight,
        scrolled: tree.scrollTop
      };
    });
    await heap(cdp);
    const answer = {
      openMs: 1000 * (after.TaskDuration - before.TaskDuration),
      scriptMs: 1000 * (after.ScriptDuration - before.ScriptDuration),
      ...frames,
      bytes: rendererBytes()
    };
    await browser.close();
    return answer;
  }
};

const [, , name, ...rest] = process.argv;
scripts[name](...rest).then(
  answer => console.log(JSON.stringify(answer)),
  error => {
    console.error(error);
    process.exit(1);
  }
);
