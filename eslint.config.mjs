import js from '@eslint/js';
import jupyter from '@jupyter/eslint-plugin';
import prettier from 'eslint-config-prettier';
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import tseslint from 'typescript-eslint';

// Lowest first: a layer may import those to its left, never one to its right.
const layers = [
  'protocol',
  'api',
  'store',
  'hooks',
  'components',
  'views',
  'plugins',
  'index'
];

/**
 * For the files of one layer, forbid the layers above it.
 */
function layer(name, index) {
  const above = layers.slice(index + 1);
  return {
    files: [`src/${name}.ts`, `src/${name}.tsx`, `src/${name}/**/*.{ts,tsx}`],
    ignores: ['src/**/__tests__/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: above.map(upper => ({
            regex: `^(\\./|(\\.\\./)+)${upper}(/|$)`,
            message: `${name} is below ${upper}: imports go ${layers.join(' <- ')}.`
          }))
        }
      ]
    }
  };
}

export default defineConfig([
  {
    ignores: [
      '.venv',
      '.yarn',
      'build',
      'coverage',
      'dist',
      'lib',
      'jupyter_smext',
      'ui-tests/playwright-report',
      'ui-tests/test-results',
      '**/*.js',
      '**/*.d.ts',
      // Generated; its test compares it byte by byte and tsc reads it.
      'src/protocol.ts'
    ]
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [js.configs.recommended, tseslint.configs.recommended],
    languageOptions: {
      globals: globals.browser,
      parserOptions: {
        project: ['tsconfig.json', 'ui-tests/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname
      }
    },
    rules: {
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'interface',
          format: ['PascalCase'],
          custom: { regex: '^I[A-Z]', match: true }
        }
      ],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { args: 'none' }],
      // Namespaces hold a class's options in JupyterLab.
      '@typescript-eslint/no-namespace': 'off',
      curly: ['error', 'all'],
      eqeqeq: 'error',
      // Outside of a section they are landmarks of the whole page, which are JupyterLab's.
      'no-restricted-syntax': [
        'error',
        {
          selector: 'JSXIdentifier[name=/^(header|footer|main)$/]',
          message: 'The page has its banner, main part and footer: use a div.'
        }
      ],
      'prefer-arrow-callback': 'error'
    }
  },
  { plugins: { jupyter }, extends: [jupyter.configs.recommended] },
  {
    // A test's text is for its reader, and what it makes ends with its page.
    files: ['**/__tests__/**', 'ui-tests/**'],
    rules: {
      'jupyter/no-untranslated-string': 'off',
      'jupyter/require-disposable-ownership': 'off'
    }
  },
  ...layers.map(layer),
  prettier
]);
