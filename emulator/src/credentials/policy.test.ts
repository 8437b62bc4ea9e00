import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  connectSdk,
  makeListeners,
  refusalOf,
  startTestEmulator,
  type TestEmulator,
} from '../testing/test-emulator.ts';
import { parsePolicy } from './parse-policy.ts';
import { refusedResource } from './policy.ts';

const allow = (action: unknown, resource: unknown = '*') => ({ effect: 'allow', action, resource });
const policyOf = (...statement: object[]) => ({ version: '2.0', statement });

describe('a CAM policy', () => {
  const region = 'ap-guangzhou';
  const ask = (statements: object[], action: string, ...loadBalancerIds: string[]) =>
    refusedResource(parsePolicy(policyOf(...statements)), { action, region, loadBalancerIds });
  const of = (id: string) => `qcs::clb:ap-guangzhou:uin/100000000001:clb/${id}`;

  test.each(['clb:CreateListener', 'name/clb:CreateListener', 'clb:Create*', 'clb:*', '*'])(
    '%s allows it',
    (action) => {
      expect(ask([allow([action])], 'CreateListener', 'lb-1')).toBeUndefined();
    },
  );

  test.each(['clb:CreateListeners', 'clb:DescribeListeners', 'clbCreateListener', 'cvm:*', 'clb.CreateListener'])(
    '%s does not',
    (action) => {
      expect(ask([allow(action)], 'CreateListener', 'lb-1')).toBe(of('lb-1'));
    },
  );

  test.each([of('lb-1'), of('*'), 'qcs::clb:::clb/lb-1', 'qcs::clb:ap-*:uin/*:clb/lb-*', '*'])(
    'a write may be for %s',
    (resource) => {
      expect(ask([allow('clb:*', [of('lb-0'), resource])], 'DeleteListener', 'lb-1')).toBeUndefined();
    },
  );

  test.each([of('lb-2'), 'qcs::clb:ap-beijing::clb/lb-1', 'qcs::clb::uin/2:clb/lb-1', 'qcs::cvm:::*', 'clb/lb-1'])(
    'a write is none for %s',
    (resource) => {
      expect(ask([allow('clb:*', resource)], 'DeleteListener', 'lb-1')).toBe(of('lb-1'));
    },
  );

  test('every load balancer that a write names must be allowed', () => {
    expect(ask([allow('clb:*', of('lb-1'))], 'DeleteLoadBalancer', 'lb-1', 'lb-2')).toBe(of('lb-2'));
  });

  test('what makes a load balancer names all of them', () => {
    expect(ask([allow('clb:*', of('lb-1'))], 'CreateLoadBalancer')).toBe(of('*'));
    expect(ask([allow('clb:*', of('*'))], 'CreateLoadBalancer')).toBeUndefined();
  });

  test('a read is of operation level: a statement with resources does not count', () => {
    expect(ask([allow('clb:*', of('*'))], 'DescribeTargets', 'lb-1')).toBe('*');
    expect(ask([allow('clb:*', of('*')), allow('clb:Describe*')], 'DescribeTargets', 'lb-1')).toBeUndefined();
  });

  test('a deny wins over every allow', () => {
    const deny = { effect: 'deny', action: 'clb:Delete*', resource: '*' };
    expect(ask([deny, allow('*')], 'DeleteListener', 'lb-1')).toBe(of('lb-1'));
    expect(ask([deny, allow('*')], 'CreateListener', 'lb-1')).toBeUndefined();
  });
});

test.each([
  [undefined, 'a CAM policy as JSON'],
  [{ version: '1.0', statement: [allow('*')] }, 'version 2.0'],
  [{ version: '2.0', statement: [] }, 'a list "statement"'],
  [policyOf({ ...allow('*'), effect: 'Allow' }), '"effect" is allow or deny'],
  [policyOf({ ...allow('*'), condition: {} }), '"condition" is not emulated'],
  [policyOf(allow([])), '"action" is a text or a list'],
  [policyOf(allow('*', 5)), '"resource" is a text or a list'],
])('%j is no policy', (content, problem) => {
  expect(() => parsePolicy(content)).toThrow(problem);
});

describe('callers with policies', () => {
  let emulator: TestEmulator;
  const lb = 'lb-local001';
  const reads = parsePolicy(policyOf(allow('clb:Describe*')));

  beforeEach(async () => {
    const credentials = { 'local-id': { secretKey: 'local-key' }, reader: { secretKey: 'key' } };
    emulator = await startTestEmulator({
      credentials,
      policies: { reader: reads },
    });
  });
  afterEach(() => emulator.close());

  const reader = () => connectSdk(emulator.apiPort, { secretId: 'reader', secretKey: 'key' });
  const request = { LoadBalancerId: lb, Protocol: 'TCP', Ports: [80] };

  test('are refused what their policy does not allow, with the code and the text of the cloud', async () => {
    expect((await reader().DescribeListeners({ LoadBalancerId: lb })).TotalCount).toBe(0);
    const { code, message } = await refusalOf(reader().CreateListener(request));
    expect(code).toBe('UnauthorizedOperation');
    expect(message).toMatch(
      /^\[request id:[-0-9a-f]{36}\]you are not authorized to perform operation \(clb:CreateListener\)\n/,
    );
    expect(message).toContain(
      '\nresource (qcs::clb:ap-guangzhou:uin/100000000001:clb/lb-local001) has no permission\n',
    );
    expect((await reader().DescribeListeners({ LoadBalancerId: lb })).TotalCount).toBe(0);
  });

  test('do not restrict callers without one', async () => {
    expect(await makeListeners(emulator.sdk, { ports: [80] })).toHaveLength(1);
  });

  test('may get another one, or none, while the emulator runs', async () => {
    expect((await emulator.admin('PUT', '/policies/reader', policyOf(allow('clb:CreateListener')))).status).toBe(200);
    await reader().CreateListener(request);
    expect((await refusalOf(reader().DescribeLoadBalancers({}))).code).toBe('UnauthorizedOperation');
    expect(await emulator.admin('PUT', '/policies/reader', { version: '1.0' })).toEqual({
      status: 400,
      body: { error: 'expects a CAM policy of version 2.0' },
    });
    expect((await emulator.admin('DELETE', '/policies/reader')).status).toBe(204);
    expect((await emulator.admin('DELETE', '/policies/reader')).status).toBe(404);
    expect((await reader().DescribeLoadBalancers({})).TotalCount).toBe(1);
  });
});
