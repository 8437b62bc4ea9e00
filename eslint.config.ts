import prettier from 'eslint-config-prettier';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const clockAndChance = [
  { object: 'Date', property: 'now', message: 'Time is an argument of core functions.' },
  { object: 'Math', property: 'random', message: 'Chance is an argument of core functions.' },
  { object: 'performance', property: 'now', message: 'Time is an argument of core functions.' },
];

/** Forbids imports by pattern, with the reason that the linter shows. */
function forbid(files: string[], patterns: { regex: string; message: string }[], ignores: string[] = []) {
  const rule: ['error', { patterns: typeof patterns }] = ['error', { patterns }];
  return { files, ignores, rules: { '@typescript-eslint/no-restricted-imports': rule } };
}

const programs = 'controller|webhook|scripts|cluster|emulator|e2e';
const notShared = {
  regex: `^@clb-direct/(certs|${programs})/`,
  message: 'shared imports nobody (docs/architecture.md).',
};
const notCerts = { regex: `^@clb-direct/(${programs})/`, message: 'certs imports only shared (docs/architecture.md).' };
const notWorkshop = {
  regex: '^@clb-direct/(cluster|emulator|e2e|scripts)/',
  message: 'The product never imports the workshop it is tested in (docs/architecture.md).',
};
const onlyClb = { regex: '^tencentcloud-sdk-nodejs', message: 'Only controller/src/clb imports the Tencent SDK.' };
const onlyKube = {
  regex: '^@clb-direct/shared/kube/|/kube/',
  message: 'Only kube/, uninstall/ and main.ts of the controller reach the API server.',
};
const onlyMainClb = { regex: '/clb/', message: 'Only main.ts hands the CLB to the loops.' };
const pure = {
  regex:
    '^(node:|@kubernetes/|pino|prom-client|undici|tencentcloud|@clb-direct/shared/(?!domain/))|/(engine|clb|kube)/',
  message: 'core is pure: values in, values out (docs/architecture.md).',
};
const notWebhook = {
  regex: '^@clb-direct/webhook/',
  message: 'The controller and the webhook never import each other.',
};
const notController = {
  regex: '^@clb-direct/controller/',
  message: 'The controller and the webhook never import each other.',
};

/** The rooms of the webhook, and which of the others each may import. */
const webhookRooms: Readonly<Record<string, readonly string[]>> = {
  'reconcile-loop': [],
  'serving-certificates': ['reconcile-loop'],
  admission: ['reconcile-loop', 'serving-certificates'],
  'owned-objects': [],
  findings: ['owned-objects'],
  leader: ['findings', 'owned-objects', 'reconcile-loop', 'serving-certificates'],
  uninstall: [],
};

function webhookRoom([room, allowed]: readonly [string, readonly string[]]) {
  const others = Object.keys(webhookRooms).filter((other) => other !== room && !allowed.includes(other));
  const notOthers = {
    regex: `^(\\.\\./)+(${others.join('|')})/`,
    message: `${room} imports no other rooms than: ${allowed.join(', ') || 'none'} (docs/architecture.md).`,
  };
  const notRoot = {
    regex: '^(\\.\\./)+(main|webhook|create-[a-z]+|settings)\\.ts$',
    message: 'A room does not import what puts the rooms together.',
  };
  return forbid([`webhook/src/${room}/**`], [notController, notWorkshop, onlyClb, notOthers, notRoot]);
}

export default defineConfig(
  { ignores: ['**/node_modules/', 'dist/', 'jest.config.js'] },
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
  forbid(['shared/src/**'], [notShared]),
  forbid(['certs/src/**'], [notCerts]),
  forbid(['webhook/src/**'], [notController, notWorkshop, onlyClb]),
  ...Object.entries(webhookRooms).map(webhookRoom),
  forbid(
    ['controller/src/**'],
    [notWebhook, notWorkshop, onlyClb, onlyKube, onlyMainClb],
    ['controller/src/main.ts', 'controller/src/{clb,kube,uninstall,core}/**'],
  ),
  forbid(['controller/src/clb/**'], [notWebhook, notWorkshop, onlyKube]),
  forbid(['controller/src/{kube,uninstall}/**'], [notWebhook, notWorkshop, onlyClb, onlyMainClb]),
  forbid(['controller/src/main.ts'], [notWebhook, notWorkshop, onlyClb]),
  forbid(['controller/src/core/**', 'shared/src/domain/**'], [pure, notWebhook, notWorkshop], ['**/*.test.ts']),
  forbid(['emulator/src/**', 'cluster/src/**'], [notController, notWebhook]),
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
  { files: ['scripts/src/**', 'cluster/src/**', 'emulator/src/main.ts'], rules: { 'no-console': 'off' } },
  prettier,
);
