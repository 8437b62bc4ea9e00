import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { parsePolicy } from '@clb-direct/emulator/credentials/parse-policy.ts';
import { refusedResource } from '@clb-direct/emulator/credentials/policy.ts';

interface Policy {
  readonly version: string;
  readonly statement: readonly {
    readonly effect: string;
    readonly action: readonly string[];
    readonly resource: readonly string[];
  }[];
}

const root = resolve(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const policy = JSON.parse(read('manifests/cam-policy.json')) as Policy;
const allowed = policy.statement.flatMap(({ action }) => action);

/** What controller/src/clb has code for and no plan asks for yet, and what a source would say to ask for it. */
const notYet: readonly { readonly actions: readonly string[]; readonly asked: RegExp }[] = [
  {
    actions: ['CreateLoadBalancer', 'ModifyLoadBalancerAttributes', 'DeleteLoadBalancer'],
    asked: /kind: 'owned'/,
  },
];

/** Every action in the table of controller/src/clb/actions.ts. */
function knownActions(): readonly string[] {
  return [...read('controller/src/clb/actions.ts').matchAll(/^ {2}(\w+): \[/gm)].map(([, action = '']) => action);
}

function sources(): string {
  const folder = 'controller/src/core/sources';
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  // A TkeServiceConfig has settings for rules that stand, and makes none.
  const own = files.filter((file) => file.endsWith('.ts') && !/\.test\.ts$|\/config\//.test(file));
  return own.map((file) => read(join(folder, file))).join('\n');
}

test('The CAM policy allows exactly the actions that the controller can call.', () => {
  const called = knownActions().filter((action) => !notYet.some(({ actions }) => actions.includes(action)));
  expect(allowed.toSorted()).toEqual(called.map((action) => `clb:${action}`).toSorted());
  expect(called.length).toBeGreaterThan(9);
});

test('What it leaves out has code, and nothing that users write asks for it.', () => {
  const text = sources();
  expect(notYet.filter(({ asked }) => asked.test(text))).toEqual([]);
  expect(notYet.flatMap(({ actions }) => actions).filter((action) => !knownActions().includes(action))).toEqual([]);
});

test('It allows neither to make nor to delete a CLB, and names no other product.', () => {
  expect(allowed).not.toContain('clb:CreateLoadBalancer');
  expect(allowed).not.toContain('clb:DeleteLoadBalancer');
  expect(allowed.filter((action) => !/^clb:[A-Z]\w+$/.test(action))).toEqual([]);
});

test('One statement is for reads, which CAM does not limit to a CLB, and one for writes, which it does.', () => {
  const isRead = (action: string) => action.startsWith('clb:Describe');
  expect(policy.version).toBe('2.0');
  expect(policy.statement.map(({ effect, action, resource }) => [effect, action.every(isRead), resource])).toEqual([
    ['allow', true, ['*']],
    ['allow', false, ['*']],
  ]);
  expect(policy.statement[1]?.action.some(isRead)).toBe(false);
});

/** The policy with the resources of writes that manifests/README.md shows, of an account that is ours. */
function limitedPolicy(): Policy {
  const [, list = ''] = /```json\n"resource": (\[[^\]]+\])\n```/.exec(read('manifests/README.md')) ?? [];
  const resource = JSON.parse(list.replaceAll('UIN', '*')) as readonly string[];
  return { ...policy, statement: policy.statement.map((it, index) => (index === 1 ? { ...it, resource } : it)) };
}

test('Limited to some CLBs as manifests/README.md shows, it allows every read, and writes to these CLBs only.', () => {
  const parsed = parsePolicy(limitedPolicy());
  const isAllowed = (name: string, id: string) =>
    refusedResource(parsed, { action: name.replace('clb:', ''), region: 'ap-guangzhou', loadBalancerIds: [id] }) ===
    undefined;
  const [reads, writes] = policy.statement.map(({ action }) => action);
  expect(allowed.filter((action) => !isAllowed(action, 'lb-a1b2c3d4'))).toEqual([]);
  expect(reads?.filter((action) => !isAllowed(action, 'lb-another1'))).toEqual([]);
  expect(writes?.filter((action) => isAllowed(action, 'lb-another1'))).toEqual([]);
});
