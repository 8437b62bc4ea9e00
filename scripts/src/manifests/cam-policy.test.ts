import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { parsePolicy } from '@clb-direct/emulator/credentials/parse-policy.ts';
import { tagKey } from '@clb-direct/controller/core/model/owned-balancer.ts';
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

/** Every action in the tables of controller/src/clb: actions.ts, ssl-actions.ts, vpc-actions.ts; as CAM names it. */
function knownActions(): readonly string[] {
  const of = (name: string) => read(`controller/src/clb/${name}.ts`);
  const tables = { clb: of('actions'), ssl: of('ssl-actions'), vpc: of('vpc-actions') };
  return Object.entries(tables).flatMap(([product, text]) =>
    [...text.matchAll(/^ {2}(\w+): ?\[/gm)].map(([, action = '']) => `${product}:${action}`),
  );
}

test('The CAM policy allows exactly the actions that the controller can call.', () => {
  const called = knownActions();
  expect(allowed.toSorted()).toEqual(called.toSorted());
  expect(called.length).toBeGreaterThan(9);
});

test('CLBs that are made, certificates and security groups have a statement each, to be left out.', () => {
  expect(allowed.filter((action) => !/^(clb|ssl|vpc):[A-Z]\w+$/.test(action))).toEqual([]);
  const products = policy.statement.map(({ action }) => [...new Set(action.map((name) => name.split(':')[0]))]);
  expect(products).toEqual([['clb'], ['clb'], ['clb'], ['ssl'], ['vpc']]);
  expect(policy.statement[2]?.action.toSorted()).toEqual([
    'clb:CreateLoadBalancer',
    'clb:DeleteLoadBalancer',
    'clb:ModifyLoadBalancerAttributes',
    'clb:SetLoadBalancerSecurityGroups',
  ]);
});

test('One statement is for reads, which CAM does not limit to a CLB, and the others for writes, which it does.', () => {
  const isRead = (action: string) => action.startsWith('clb:Describe');
  expect(policy.version).toBe('2.0');
  expect(policy.statement.map(({ effect, action, resource }) => [effect, action.every(isRead), resource])).toEqual([
    ['allow', true, ['*']],
    ['allow', false, ['*']],
    ['allow', false, ['*']],
    ['allow', false, ['*']],
    ['allow', false, ['*']],
  ]);
  expect(policy.statement[1]?.action.some(isRead)).toBe(false);
});

/** The policy with the resources of writes that manifests/README.md shows, of an account that is ours. */
function limitedPolicy(): Policy {
  const [, list = ''] = /```json\n"resource": (\[[^\]]+\])\n```/.exec(read('manifests/README.md')) ?? [];
  const resource = JSON.parse(list.replaceAll('UIN', '*')) as readonly string[];
  return { ...policy, statement: policy.statement.slice(0, 2).map((it, at) => (at === 1 ? { ...it, resource } : it)) };
}

test('Limited to some CLBs as manifests/README.md shows, it allows every read, and writes to these CLBs only.', () => {
  const parsed = parsePolicy(limitedPolicy());
  const isAllowed = (name: string, id: string) =>
    refusedResource(parsed, { action: name.replace('clb:', ''), region: 'ap-guangzhou', loadBalancerIds: [id] }) ===
    undefined;
  const [reads, writes] = policy.statement.map(({ action }) => action);
  const ofListeners = [...(reads ?? []), ...(writes ?? [])];
  expect(ofListeners.filter((action) => !isAllowed(action, 'lb-a1b2c3d4'))).toEqual([]);
  expect(policy.statement[2]?.action.filter((action) => isAllowed(action, 'lb-a1b2c3d4'))).toEqual([]);
  expect(reads?.filter((action) => !isAllowed(action, 'lb-another1'))).toEqual([]);
  expect(writes?.filter((action) => isAllowed(action, 'lb-another1'))).toEqual([]);
});

test('Limited to groups with the tag of the cluster, as manifests/README.md shows, it has the same actions.', () => {
  const [, list = ''] = /```json\n(\[\n {2}\{[^`]+\])\n```/.exec(read('manifests/README.md')) ?? [];
  const shown = JSON.parse(list) as (Policy['statement'][number] & { readonly condition?: unknown })[];
  expect(shown.flatMap(({ action }) => action).toSorted()).toEqual(policy.statement[4]?.action.toSorted());
  const limited = shown.filter(({ condition }) =>
    JSON.stringify(condition ?? null).includes(`"${tagKey.cluster}&cls-`),
  );
  expect(limited.map(({ action }) => action)).toEqual([['vpc:ModifySecurityGroupPolicies', 'vpc:DeleteSecurityGroup']]);
});
