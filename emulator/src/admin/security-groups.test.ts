import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startTestEmulator, type TestEmulator } from '../testing/test-emulator.ts';

let emulator: TestEmulator;
beforeEach(async () => {
  emulator = await startTestEmulator();
});
afterEach(() => emulator.close());

const group = '/security-groups/sg-1';
const put = (ingress: unknown) => emulator.admin<{ error?: string }>('PUT', group, { ingress });
const list = async () => (await emulator.admin('GET', '/security-groups')).body;

test('the rules of a group are set, listed and saved', async () => {
  const rule = { action: 'ACCEPT', cidrBlock: '10.0.0.0/8' };
  expect(await put([rule, { ...rule, action: 'DROP', protocol: 'TCP', port: '80,90-99' }])).toMatchObject({
    status: 200,
  });
  const full = { ...rule, protocol: 'ALL', port: 'ALL' };
  const ingress = [full, { ...rule, action: 'DROP', protocol: 'TCP', port: '80,90-99' }];
  expect(await list()).toEqual({ securityGroups: [{ id: 'sg-1', ingress }] });
  const { body: saved } = await emulator.admin('GET', '/state/save');
  expect((await emulator.admin('DELETE', group)).status).toBe(204);
  expect(await list()).toEqual({ securityGroups: [] });
  expect((await emulator.admin('PUT', '/state/load', saved)).status).toBe(200);
  expect(await list()).toEqual({ securityGroups: [{ id: 'sg-1', ingress }] });
});

test('rules that are wrong are refused by their place', async () => {
  const refusals: [object, string][] = [
    [{ action: 'ALLOW', cidrBlock: '10.0.0.0/8' }, 'action'],
    [{ action: 'DROP' }, 'cidrBlock'],
    [{ action: 'DROP', cidrBlock: '10.0.0.0/33' }, 'ingress.0.cidrBlock'],
    [{ action: 'DROP', cidrBlock: '10.0.0.0/8', port: '90-80' }, 'ingress.0.port'],
  ];
  for (const [rule, named] of refusals) {
    const { status, body } = await put([rule]);
    expect([status, body.error]).toEqual([400, expect.stringContaining(named)]);
  }
  expect(await list()).toEqual({ securityGroups: [] });
});

test('a group that a load balancer has is not deleted', async () => {
  const LoadBalancerId = 'lb-local001';
  await put([]);
  await emulator.sdk.SetLoadBalancerSecurityGroups({ LoadBalancerId, SecurityGroups: ['sg-1'] });
  expect((await emulator.admin('DELETE', group)).status).toBe(409);
  await emulator.sdk.SetLoadBalancerSecurityGroups({ LoadBalancerId, SecurityGroups: [] });
  expect((await emulator.admin('DELETE', group)).status).toBe(204);
  expect((await emulator.admin('DELETE', group)).status).toBe(404);
});
