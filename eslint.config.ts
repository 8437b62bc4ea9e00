// Who may import whom, and that imports make no cycles, is in .dependency-cruiser.mjs.
import prettier from 'eslint-config-prettier';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const clockAndChance = [
  { object: 'Date', property: 'now', message: 'Time is an argument of core functions.' },
  { object: 'Math', property: 'random', message: 'Chance is an argument of core functions.' },
  { object: 'performance', property: 'now', message: 'Time is an argument of core functions.' },
];

export default defineConfig(
  { ignores: ['**/node_modules/', '.cache/', 'dist/', 'jest.config.js', '.dependency-cruiser*.mjs'] },
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      complexity: ['error', 10],
      'max-depth': ['error', 3],
      'max-params': ['error', 4],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
    },
  },
  {
    files: ['controller/src/core/**', 'shared/src/domain/**'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'setTimeout', 'setInterval', 'fetch', 'performance', 'Buffer'],
      'no-restricted-properties': ['error', ...clockAndChance],
    },
  },
  {
    files: ['**/*.test.ts', 'e2e/src/**'],
    rules: {
      'max-lines-per-function': 'off',
      'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['commands/src/**', 'scripts/src/**', 'cluster/src/**', 'emulator/src/main.ts'],
    rules: { 'no-console': 'off' },
  },
  prettier,
  {
    ignores: ['emulator/src/definitions/sdk-definitions.ts'],
    // After prettier's configuration, which turns the rule off: prettier breaks code, but neither comments nor texts.
    rules: {
      'max-len': ['error', { code: 120, ignoreUrls: true, ignoreRegExpLiterals: true, ignorePattern: '^import ' }],
    },
  },
);
