/**
 * Who may import whom (docs/architecture.md). The rules look at the paths of the imported files, whatever the import
 * statement looks like, and type-only imports count. `npm run imports` checks them.
 */
import { join } from 'node:path';

export const tests = '[.]test[.]ts$|/testing/';
const product = '^(shared|certs|webhook|controller|commands)/';
const workshop = '^(scripts|cluster|emulator|e2e)/';

/** `from` may import nothing in `to`; `but` are regular expressions of what it may import all the same. */
function forbid(name, comment, from, to, but = []) {
  const [path, ...pathNot] = [from].flat();
  return {
    name,
    comment,
    severity: 'error',
    from: { path, ...(pathNot.length > 0 ? { pathNot } : {}) },
    to: { path: to, ...(but.length > 0 ? { pathNot: but } : {}) },
  };
}

/** What the programs do at an uninstall, with and without the command. */
const uninstallUses = [
  '^(webhook|controller)/src/uninstall/',
  '^controller/src/kube/(gate|owner)-writer[.]ts$',
  '^controller/src/core/model/',
];

const packages = [
  // The product: webhook, controller, commands -> certs -> shared.
  forbid(
    'shared-imports-no-package',
    'shared imports no other package.',
    '^shared/',
    '^(?!shared/|node_modules/)[^/]+/src/',
  ),
  forbid(
    'certs-imports-shared',
    'certs imports only shared.',
    '^certs/',
    '^(?!certs/|shared/|node_modules/)[^/]+/src/',
  ),
  forbid('webhook-alone', 'The webhook and the controller never import each other.', '^webhook/', '^controller/'),
  forbid('controller-alone', 'The webhook and the controller never import each other.', '^controller/', '^webhook/'),
  forbid('controller-without-certs', 'The controller has no certificates of its own.', '^controller/', '^certs/'),
  forbid('product-without-workshop', 'The product never imports the workshop it is tested in.', product, workshop),
  forbid(
    'programs-without-commands',
    'A command may use a program; no program uses a command.',
    '^(webhook|controller)/',
    '^commands/',
  ),
  forbid(
    'commands-use-uninstall',
    'Of the programs, commands use what an uninstall does with and without them.',
    '^commands/',
    '^(webhook|controller)/',
    uninstallUses,
  ),
  forbid(
    'only-uninstall-uses-programs',
    'Of the commands, only uninstall does what the programs do.',
    ['^commands/src/', '^commands/src/uninstall/'],
    '^(webhook|controller)/',
  ),
  forbid('commands-apart', 'The commands do not import each other.', '^commands/src/([^/]+)/', '^commands/src/', [
    '^commands/src/$1/',
  ]),
  // The workshop: e2e -> scripts -> cluster, emulator -> the product.
  forbid(
    'cluster-alone',
    'The local cluster knows nothing of what runs on it.',
    '^cluster/',
    '^(?!cluster/|shared/|node_modules/)[^/]+/src/',
  ),
  forbid(
    'emulator-alone',
    'The emulated CLB knows nothing of those who call it.',
    '^emulator/',
    '^(?!emulator/|certs/|shared/|node_modules/)[^/]+/src/',
  ),
  forbid('scripts-without-e2e', 'e2e uses the scripts, not the other way round.', '^scripts/', '^e2e/'),
  forbid('no-testing-in-programs', 'What tests use is not shipped.', [product, tests], '/testing/'),
];

/** Folder of shared/src, and what it may import there besides itself. */
const sharedFolders = [
  ['domain', []],
  ['runtime', ['domain']],
  ['kube', ['domain', 'runtime']],
];

/** Folder of controller/src, and what it may import there besides itself. */
const controllerFolders = [
  ['core/model', []],
  ['core/sources', ['core/model']],
  ['core/plan', ['core/model']],
  ['core/gate', ['core/model']],
  ['core/lifecycle', ['core/model']],
  ['core/findings', ['core/model', 'core/plan']],
  ['engine', ['core']],
  ['clb', ['core/model']],
  // It reads each object once, where it enters.
  ['kube', ['core/model', 'core/sources']],
  ['uninstall', ['core', 'kube']],
];

/** Folder of webhook/src, and what it may import there besides itself. */
const webhookFolders = [
  ['reconcile-loop', []],
  ['serving-certificates', ['reconcile-loop']],
  ['admission', ['reconcile-loop', 'serving-certificates']],
  ['owned-objects', []],
  ['findings', ['owned-objects']],
  ['leader', ['findings', 'owned-objects', 'reconcile-loop', 'serving-certificates']],
  ['uninstall', []],
];

/** The rules of a package's folders; `files` are those beside them. What is listed nowhere stands alone. */
function layoutOf(name, folders, files = []) {
  const src = `^${name}/src/`;
  const listed = [...folders.map(([folder]) => `${src}${folder}/`), ...files.map((file) => `${src}${file}[.]ts$`)];
  return [
    ...folders.map(([folder, others]) =>
      forbid(
        `${name}-${folder.replace('/', '-')}`,
        `${name}/src/${folder} imports of ${name} only ${['itself', ...others].join(', ')}.`,
        [`${src}${folder}/`, tests],
        src,
        [folder, ...others].map((other) => `${src}${other}/`),
      ),
    ),
    forbid(`${name}-unlisted`, 'State what it may import in .dependency-cruiser.mjs.', [src, ...listed, tests], '.'),
    forbid(`${name}-imports-listed`, 'State who may import it in .dependency-cruiser.mjs.', '.', src, [
      ...listed,
      tests,
    ]),
  ];
}

const layouts = [
  ...layoutOf('shared', sharedFolders),
  ...layoutOf('controller', controllerFolders, ['main', 'metrics', 'settings']),
  ...layoutOf('webhook', webhookFolders, [
    'main',
    'webhook',
    'webhook-options',
    'create-parts',
    'create-leader',
    'create-drain-endpoint',
    'create-endpoints',
    'create-pre-stop',
    'settings',
  ]),
  forbid(
    'controller-metrics',
    'metrics.ts imports of the controller only the model and the observed state.',
    '^controller/src/metrics[.]ts$',
    '^controller/src/',
    ['^controller/src/core/model/', '^controller/src/engine/observed-state[.]ts$'],
  ),
  forbid('settings-alone', 'Settings import only shared.', '^(controller|webhook)/src/settings[.]ts$', '^(?!shared/)'),
  forbid(
    'core-tests',
    'Tests of core/ import of the controller only core/ and testing/.',
    '^controller/src/core/.*[.]test[.]ts$',
    '^controller/src/',
    ['^controller/src/core/', '/testing/'],
  ),
];

const outside = [
  forbid(
    'core-is-pure',
    'core/ and shared/domain are pure: values in, values out.',
    ['^(controller/src/core|shared/src/domain)/', tests],
    '^(?!controller/src/core/|shared/src/domain/)',
  ),
  {
    name: 'core-without-node',
    comment: 'core/ and shared/domain are pure: no module of Node, no package.',
    severity: 'error',
    from: { path: '^(controller/src/core|shared/src/domain)/', pathNot: tests },
    to: { dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-no-pkg', 'npm-unknown'] },
  },
  forbid(
    'only-kube-talks-to-the-api-server',
    'In the controller only kube/, uninstall/ and main.ts reach the API server.',
    ['^controller/src/', '^controller/src/(kube|uninstall)/', '^controller/src/main[.]ts$', tests],
    '^shared/src/kube/|node_modules/@kubernetes/',
  ),
  forbid(
    'only-clb-imports-the-sdk',
    'Only controller/src/clb imports the Tencent SDK.',
    [product, '^controller/src/clb/'],
    'node_modules/tencentcloud-sdk-nodejs/',
  ),
];

const cycles = [
  {
    name: 'no-import-cycles',
    comment: 'Move what both files need into a third one.',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
];

export const options = {
  doNotFollow: { path: 'node_modules' },
  tsPreCompilationDeps: true,
  tsConfig: { fileName: join(import.meta.dirname, 'tsconfig.json') },
  enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
};

export default {
  forbidden: [...packages, ...layouts, ...outside, ...cycles],
  options,
};
