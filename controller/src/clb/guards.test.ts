import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  aRulePlace,
  createListener,
  createLoadBalancer,
  createRule,
  deleteRule,
  deregister,
  modifyListener,
  modifyRule,
  register,
  setCertificates,
  setWeight,
} from '../testing/steps.ts';
import { startClbWorld, type ClbWorld } from './testing/clb-world.ts';

const { signal } = new AbortController();
let world: ClbWorld;

beforeEach(async () => {
  world = await startClbWorld();
});
afterEach(() => world.cloud.close());

const target = { listenerId: 'lbl-1', ip: '10.0.0.1', port: 80 };
const rule = { listenerId: 'lbl-1', place: aRulePlace('example.com', '/') };
const noCertificate = { mode: 'UNIDIRECTIONAL', ids: [] } as const;
const emptyCertificate = { mode: 'UNIDIRECTIONAL', ids: ['cert-1', ''] } as const;
const uncertain = createListener({
  name: 's',
  protocol: 'HTTPS',
  port: 443,
  settings: { certificates: noCertificate },
});

test('nothing to write asks nothing', async () => {
  expect(await world.clb.createListeners('lb-1', [], signal)).toEqual([]);
  expect(await world.clb.createRules('lb-1', [], signal)).toEqual([]);
  await world.clb.deleteRules('lb-1', [], signal);
  await world.clb.setWeight('lb-1', [], signal);
  expect(await world.clb.register('lb-1', [], signal)).toEqual([]);
  expect(await world.clb.deregister('lb-1', [], signal)).toEqual([]);
  expect(world.cloud.requests).toHaveLength(0);
});

test.each<[string, (w: ClbWorld) => Promise<unknown>]>([
  ['no listener to delete', ({ clb }) => clb.deleteListener('lb-1', '', signal)],
  ['no load balancer', ({ clb }) => clb.deleteListener('', 'lbl-1', signal)],
  ['no listener to read', ({ clb }) => clb.describeTargets('lb-1', ['lbl-1', ''], signal)],
  ['no load balancer to look up', ({ clb }) => clb.describeLoadBalancer('', signal)],
  [
    'no listener to take off from',
    ({ clb }) => clb.deregister('lb-1', [deregister({ ...target, listenerId: '' })], signal),
  ],
  [
    'no rule to register at',
    ({ clb }) => clb.register('lb-1', [register({ ...target, locationId: '', weight: 1, tag: 't' })], signal),
  ],
  ['no node', ({ clb }) => clb.setWeight('lb-1', [setWeight({ ...target, instanceId: '' }, 0)], signal)],
  ['no load balancer to delete', ({ clb }) => clb.deleteLoadBalancer('', signal)],
  ['no load balancer to change', ({ clb }) => clb.modifyLoadBalancer('', { name: 'n' }, signal)],
  ['no token', ({ clb }) => clb.createLoadBalancer(createLoadBalancer(), '', signal)],
  ['no listener to change', ({ clb }) => clb.modifyListener('lb-1', modifyListener('', { name: 'n' }), signal)],
  ['no listener for a rule', ({ clb }) => clb.createRules('lb-1', [createRule({ ...rule, listenerId: '' })], signal)],
  ['no rule to change', ({ clb }) => clb.modifyRule('lb-1', modifyRule(rule, ''), signal)],
  [
    'no rule to delete',
    ({ clb }) => clb.deleteRules('lb-1', [deleteRule(rule, 'loc-1'), deleteRule(rule, '')], signal),
  ],
  [
    'no certificate for a domain',
    ({ clb }) => clb.setCertificates('lb-1', setCertificates(rule, noCertificate), signal),
  ],
  ['no second certificate', ({ clb }) => clb.setCertificates('lb-1', setCertificates(rule, emptyCertificate), signal)],
  ['no certificate for a listener', ({ clb }) => clb.createListeners('lb-1', [uncertain], signal)],
])('an empty id never reaches the API: %s', async (_, ask) => {
  await expect(ask(world)).rejects.toMatchObject({ kind: 'refused', code: 'EmptyId' });
  expect(world.cloud.requests).toHaveLength(0);
});
