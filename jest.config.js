const base = require('@jupyterlab/testing/lib/jest-config')(__dirname);

// Shipped as ES modules only, so Babel has to read them too.
const esModules = [
  '@codemirror',
  '@jupyter/',
  '@jupyterlab/',
  '@marijn',
  '@microsoft',
  '@rjsf/',
  '@tanstack/',
  'color',
  'exenv-es6',
  'lib0',
  'marked',
  'nanoid',
  'vscode-ws-jsonrpc',
  'y-protocols',
  'y-websocket',
  'yjs'
].join('|');

module.exports = {
  ...base,
  testRegex:
    'src/.*/__tests__/.*\\.spec\\.tsx?$|src/__tests__/.*\\.spec\\.tsx?$',
  modulePathIgnorePatterns: [
    '<rootDir>/\\.venv/',
    '<rootDir>/build/',
    '<rootDir>/jupyter_smext/',
    '<rootDir>/lib/',
    '<rootDir>/ui-tests/'
  ],
  reporters: ['default'],
  transform: {
    ...base.transform,
    '^.+\\.tsx?$': ['ts-jest/legacy', { tsconfig: 'tsconfig.json' }]
  },
  transformIgnorePatterns: [`/node_modules/(?!${esModules}).+`]
};
