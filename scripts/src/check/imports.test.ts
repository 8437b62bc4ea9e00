import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';

jest.setTimeout(60_000);
const root = resolve(import.meta.dirname, '../../..');
const sdk = 'tencentcloud-sdk-nodejs';

/** One import for each rule that it violates. */
const forbidden: readonly (readonly [rule: string, from: string, to: string])[] = [
  ['shared-imports-no-package', 'shared/src/kube/1.ts', 'certs/src/1.ts'],
  ['certs-imports-shared', 'certs/src/2.ts', 'webhook/src/2.ts'],
  ['webhook-alone', 'webhook/src/3.ts', 'controller/src/uninstall/3.ts'],
  ['controller-alone', 'controller/src/main.ts', 'webhook/src/4.ts'],
  ['controller-without-certs', 'controller/src/clb/4.ts', 'certs/src/4.ts'],
  ['product-without-workshop', 'commands/src/uninstall/5.test.ts', 'scripts/src/5.ts'],
  ['programs-without-commands', 'webhook/src/6.ts', 'commands/src/6.ts'],
  ['commands-use-uninstall', 'commands/src/uninstall/7.ts', 'controller/src/engine/7.ts'],
  ['only-uninstall-uses-programs', 'commands/src/rotate-certs/7.ts', 'controller/src/core/model/7.ts'],
  ['only-uninstall-uses-programs', 'commands/src/rotate-certs/7.ts', 'webhook/src/uninstall/7.ts'],
  ['commands-apart', 'commands/src/rotate-certs/7.ts', 'commands/src/uninstall/70.ts'],
  ['commands-apart', 'commands/src/uninstall/71.ts', 'commands/src/rotate-certs/71.ts'],
  ['cluster-alone', 'cluster/src/8.ts', 'emulator/src/8.ts'],
  ['emulator-alone', 'emulator/src/9.ts', 'controller/src/clb/9.ts'],
  ['scripts-without-e2e', 'scripts/src/10.ts', 'e2e/src/10.ts'],
  ['no-testing-in-programs', 'webhook/src/11.ts', 'shared/src/testing/11.ts'],
  ['controller-core-model', 'controller/src/core/model/12.ts', 'controller/src/core/plan/12.ts'],
  ['controller-core-sources', 'controller/src/core/sources/13.ts', 'controller/src/core/gate/13.ts'],
  ['controller-core-plan', 'controller/src/core/plan/14.ts', 'controller/src/core/sources/14.ts'],
  ['controller-core-gate', 'controller/src/core/gate/15.ts', 'controller/src/core/plan/15.ts'],
  ['controller-unlisted', 'controller/src/core/29.ts', 'controller/src/core/model/29.ts'],
  ['controller-unlisted', 'controller/src/core/new/29.ts', 'controller/src/core/model/29.ts'],
  ['controller-unlisted', 'controller/src/new/29.ts', 'shared/src/domain/29.ts'],
  ['controller-unlisted', 'controller/src/29.ts', 'controller/src/engine/29.ts'],
  ['controller-imports-listed', 'controller/src/main.ts', 'controller/src/new/28.ts'],
  ['controller-imports-listed', 'controller/src/core/plan/28.ts', 'controller/src/core/new/28.ts'],
  ['controller-metrics', 'controller/src/metrics.ts', 'controller/src/kube/27.ts'],
  ['controller-metrics', 'controller/src/metrics.ts', 'controller/src/engine/27.ts'],
  ['settings-alone', 'controller/src/settings.ts', 'controller/src/core/model/27.ts'],
  ['settings-alone', 'webhook/src/settings.ts', 'webhook/src/leader/27.ts'],
  ['settings-alone', 'webhook/src/settings.ts', 'certs/src/27.ts'],
  ['core-tests', 'controller/src/core/plan/27.test.ts', 'controller/src/engine/27.ts'],
  ['core-tests', 'controller/src/core/plan/27.test.ts', 'controller/src/kube/27.ts'],
  ['core-tests', 'controller/src/core/model/27.test.ts', 'controller/src/clb/27.ts'],
  ['shared-domain', 'shared/src/domain/60.ts', 'shared/src/runtime/60.ts'],
  ['shared-runtime', 'shared/src/runtime/61.ts', 'shared/src/kube/61.ts'],
  ['shared-kube', 'shared/src/kube/62.ts', 'shared/src/new/62.ts'],
  ['shared-unlisted', 'shared/src/new/63.ts', 'shared/src/domain/63.ts'],
  ['shared-imports-listed', 'certs/src/64.ts', 'shared/src/new/64.ts'],
  ['controller-core-lifecycle', 'controller/src/core/lifecycle/16.ts', 'controller/src/core/plan/16.ts'],
  ['controller-core-findings', 'controller/src/core/findings/16.ts', 'controller/src/core/gate/16.ts'],
  ['controller-engine', 'controller/src/engine/17.ts', 'controller/src/clb/17.ts'],
  ['controller-clb', 'controller/src/clb/18.ts', 'controller/src/kube/18.ts'],
  ['controller-kube', 'controller/src/kube/19.ts', 'controller/src/engine/19.ts'],
  ['controller-uninstall', 'controller/src/uninstall/20.ts', 'controller/src/engine/20.ts'],
  ['core-is-pure', 'controller/src/core/21.ts', 'shared/src/runtime/21.ts'],
  ['core-is-pure', 'controller/src/core/plan/21.ts', 'certs/src/21.ts'],
  ['core-is-pure', 'shared/src/domain/21.ts', 'shared/src/kube/21.ts'],
  ['core-without-node', 'shared/src/domain/22.ts', 'fs'],
  ['only-kube-talks-to-the-api-server', 'controller/src/engine/23.ts', 'shared/src/kube/client/23.ts'],
  ['only-clb-imports-the-sdk', 'controller/src/engine/24.ts', sdk],
  ['no-import-cycles', 'shared/src/runtime/25.ts', 'shared/src/runtime/26.ts'],
  ['webhook-reconcile-loop', 'webhook/src/reconcile-loop/51.ts', 'webhook/src/leader/51.ts'],
  ['webhook-serving-certificates', 'webhook/src/serving-certificates/52.ts', 'webhook/src/leader/52.ts'],
  ['webhook-admission', 'webhook/src/admission/53.ts', 'webhook/src/webhook.ts'],
  ['webhook-owned-objects', 'webhook/src/owned-objects/54.ts', 'webhook/src/findings/54.ts'],
  ['webhook-findings', 'webhook/src/findings/55.ts', 'webhook/src/leader/55.ts'],
  ['webhook-leader', 'webhook/src/leader/56.ts', 'webhook/src/admission/56.ts'],
  ['webhook-uninstall', 'webhook/src/uninstall/57.ts', 'webhook/src/leader/57.ts'],
  ['webhook-unlisted', 'webhook/src/new/58.ts', 'webhook/src/reconcile-loop/58.ts'],
  ['webhook-imports-listed', 'webhook/src/webhook.ts', 'webhook/src/new/59.ts'],
];

const allowed: readonly (readonly [from: string, to: string])[] = [
  ['webhook/src/create-parts.ts', 'certs/src/30.ts'],
  ['controller/src/main.ts', 'controller/src/engine/31.ts'],
  ['controller/src/core/plan/32.ts', 'controller/src/core/model/32.ts'],
  ['controller/src/clb/33.ts', sdk],
  ['commands/src/uninstall/34.ts', 'controller/src/uninstall/34.ts'],
  ['controller/src/core/plan/36.test.ts', 'controller/src/testing/36.ts'],
  ['controller/src/metrics.ts', 'controller/src/engine/observed-state.ts'],
  ['shared/src/kube/37.ts', 'shared/src/runtime/37.ts'],
  ['e2e/src/35.test.ts', 'controller/src/clb/testing/35.ts'],
];

/** What closes the cycles of a file and of a folder. */
const closing: typeof allowed = [
  ['shared/src/runtime/26.ts', 'shared/src/runtime/25.ts'],
  ['shared/src/one/40.ts', 'shared/src/two/40.ts'],
  ['shared/src/two/41.ts', 'shared/src/one/41.ts'],
];

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

interface Report {
  readonly modules: readonly {
    readonly dependencies: readonly { readonly module: string; readonly resolved: string }[];
  }[];
  readonly summary: {
    readonly violations: readonly Violation[];
    readonly ruleSetUsed: { readonly forbidden: readonly { readonly name: string }[] };
  };
}

const rules = '.dependency-cruiser.mjs';
const folderRules = '.dependency-cruiser-folders.mjs';
let project: string;
let violations: readonly Violation[];
let ruleNames: readonly string[];
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'imports-'));
  const packageFolder = join(project, 'node_modules', sdk);
  await mkdir(packageFolder, { recursive: true });
  await writeFile(join(packageFolder, 'index.js'), 'export const A = 1;\n');
  await writeFile(join(project, 'package.json'), JSON.stringify({ dependencies: { [sdk]: '1' } }));
  for (const [from, to] of [...forbidden.map(([, from, to]) => [from, to] as const), ...allowed, ...closing]) {
    await writeImport(from, to);
  }
  const { summary } = await cruise(project, rules, '*/src');
  violations = summary.violations;
  ruleNames = summary.ruleSetUsed.forbidden.map(({ name }) => name);
});
afterAll(() => rm(project, { recursive: true }));

/** Only types are imported: they count. */
async function writeImport(from: string, to: string): Promise<void> {
  const isFile = to.endsWith('.ts');
  const target = isFile ? `./${relative(dirname(from), to)}` : to;
  await append(from, `import type { A } from '${target}';\nexport type B = A;\n`);
  if (isFile) await append(to, 'export type A = 1;\n');
}

async function append(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(project, path)), { recursive: true });
  await writeFile(join(project, path), text, { flag: 'a' });
}

async function cruise(cwd: string, config: string, path: string): Promise<Report> {
  const bin = join(root, 'node_modules/.bin/depcruise');
  const args = ['--config', join(root, config), '--output-type', 'json', path];
  const out = await new Promise<string>((done) => {
    // The exit code counts the violations, which the report names.
    execFile(bin, args, { cwd, timeout: 120_000, maxBuffer: 1 << 26 }, (_, stdout) => done(stdout));
  });
  return JSON.parse(out) as Report;
}

test.each(forbidden)('%s: %s may not import %s.', (name, from, to) => {
  const found = violations.filter((violation) => violation.from === from && violation.to.includes(to));
  expect(found.map(({ rule }) => rule.name)).toContain(name);
});

test('Every rule is tried.', () => {
  const tried = new Set(forbidden.map(([name]) => name));
  expect(ruleNames.filter((name) => !tried.has(name))).toEqual([]);
  expect(ruleNames.length).toBeGreaterThan(45);
});

test.each(allowed)('%s may import %s.', (from, to) => {
  const found = violations.filter((violation) => violation.from === from && violation.to.includes(to));
  expect(found).toEqual([]);
});

test('Of two folders that lie side by side only one may import the other.', async () => {
  const { summary } = await cruise(project, folderRules, 'shared/src');
  const found = summary.violations.map(({ from, to, rule }) => [rule.name, from, to]);
  expect(found).toContainEqual(['no-folder-cycles', 'shared/src/one', 'shared/src/two']);
});

test('An import by the name of a workspace is known by its file.', async () => {
  const { modules } = await cruise(root, rules, 'webhook/src/settings.ts');
  const imported = modules.flatMap(({ dependencies }) => dependencies);
  const { resolved } = imported.find(({ module }) => module.startsWith('@clb-direct/shared/')) ?? {};
  expect(resolved).toMatch(/^shared\/src\//);
});
