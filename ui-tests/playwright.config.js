const galata = require('@jupyterlab/galata/lib/playwright-config');

// `dev.py test ui` picks both: a port nobody holds, and a Chromium that is on this machine.
const port = process.env.UI_TEST_PORT ?? '8899';
const baseURL = `http://127.0.0.1:${port}`;
process.env.UI_TEST_PORT = port;
process.env.TARGET_URL ??= baseURL;

module.exports = {
  ...galata,
  forbidOnly: Boolean(process.env.CI),
  workers: 1,
  // Only what fails waits for so long. A busy machine is several times slower, and a throttled call
  // is tried ten times, with up to 20 s between two, before it is given up.
  timeout: 600_000,
  expect: { timeout: 180_000 },
  reporter: [['list'], ['html', { open: 'never' }]],
  use: {
    ...galata.use,
    baseURL,
    actionTimeout: 180_000,
    viewport: { width: 1280, height: 800 },
    // A video needs Playwright's own build of ffmpeg; a trace says more.
    video: 'off',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync'
      ]
    }
  },
  webServer: {
    command:
      'jupyter lab --config jupyter_server_test_config.py --log-level WARN',
    url: `${baseURL}/lab`,
    timeout: 120_000,
    reuseExistingServer: false,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 }
  }
};
