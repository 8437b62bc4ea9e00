import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { refusalOf, startTestEmulator, waitForTask, type TestEmulator } from '../../testing/test-emulator.ts';

const LoadBalancerId = 'lb-local001';
const certificate = { CertName: 'site', CertContent: 'content', CertKey: 'key' };
let emulator: TestEmulator;
/** An HTTP listener on port 80 with the rules a, b and c, and an HTTPS listener on port 443 with the rule a. */
let http = '';
let https = '';
let a = '';
let b = '';
let c = '';
let secureA = '';

async function done<T extends { RequestId?: string }>(answer: Promise<T>): Promise<T> {
  const { RequestId } = await answer;
  expect((await waitForTask(emulator.sdk, RequestId)).Status).toBe(0);
  return answer;
}

async function listen(request: object): Promise<string> {
  const ask = { LoadBalancerId, Ports: [80], Protocol: 'HTTP', ...request };
  return (await done(emulator.sdk.CreateListener(ask))).ListenerIds?.[0] ?? '';
}

async function addRules(ListenerId: string, ...names: string[]): Promise<string[]> {
  const Rules = names.map((name) => ({ Domain: `${name}.example.com`, Url: '/' }));
  return (await done(emulator.sdk.CreateRule({ LoadBalancerId, ListenerId, Rules }))).LocationIds ?? [];
}

interface Ends {
  from?: string;
  to?: string;
}

const rewriteOf = (
  pairs: [source: string, target: string, more?: object][],
  { from = http, to = http }: Ends = {},
) => ({
  LoadBalancerId,
  SourceListenerId: from,
  TargetListenerId: to,
  RewriteInfos: pairs.map(([SourceLocationId, TargetLocationId, more]) => ({
    SourceLocationId,
    TargetLocationId,
    ...more,
  })),
});
const redirect = (...given: Parameters<typeof rewriteOf>) => emulator.sdk.ManualRewrite(rewriteOf(...given));
const codeOf = async (call: Promise<unknown>) => (await refusalOf(call)).code;
const redirects = async () => {
  const { RewriteSet = [] } = await emulator.sdk.DescribeRewrite({ LoadBalancerId });
  return RewriteSet.map(({ LocationId, RewriteTarget }) => [LocationId, RewriteTarget?.TargetLocationId]);
};

beforeEach(async () => {
  emulator = await startTestEmulator();
  http = await listen({});
  https = await listen({ Protocol: 'HTTPS', Ports: [443], Certificate: certificate });
  [a = '', b = '', c = ''] = await addRules(http, 'a', 'b', 'c');
  [secureA = ''] = await addRules(https, 'a');
});
afterEach(() => emulator.close());

test('a rule redirects once, not to itself, and not in a chain', async () => {
  const exists = 'InvalidParameter.RewriteAlreadyExist';
  expect(await codeOf(redirect([[a, a]]))).toBe(exists);
  const twice = redirect([
    [a, b],
    [a, c],
  ]);
  expect(await codeOf(twice)).toBe(exists);
  const chain = redirect([
    [a, b],
    [b, c],
  ]);
  expect(await codeOf(chain)).toBe(exists);
  await done(redirect([[a, b]]));
  for (const pair of [
    [a, c],
    [b, a],
    [b, c],
    [c, a],
  ] as const) {
    expect(await codeOf(redirect([[...pair]]))).toBe(exists);
  }
  await done(redirect([[c, b]]));
  expect(await redirects()).toEqual([
    [a, b],
    [c, b],
  ]);
});

test('RewriteCode asks for TakeUrl and for a domain of the source', async () => {
  const RewriteCode = 302;
  expect(await codeOf(redirect([[a, b, { RewriteCode }]]))).toBe('MissingParameter');
  const SourceDomain = 'a.example.com';
  expect(await codeOf(redirect([[a, b, { RewriteCode, SourceDomain }]]))).toBe('MissingParameter');
  const wrong = { RewriteCode, TakeUrl: true, SourceDomain: 'b.example.com' };
  expect(await codeOf(redirect([[a, b, wrong]]))).toBe('InvalidParameter');
  await done(redirect([[a, b, { ...wrong, SourceDomain }]]));
});

test('both ends are rules of HTTP and HTTPS listeners', async () => {
  const tcp = await listen({ Protocol: 'TCP', Ports: [90] });
  const code = 'InvalidParameter.ProtocolCheckFailed';
  expect(await codeOf(redirect([[a, 'loc-any']], { to: tcp }))).toBe(code);
  expect(await codeOf(redirect([['loc-any', a]], { from: tcp }))).toBe(code);
});

test('the target of a redirection stays until the redirection is deleted, and so does its listener', async () => {
  await done(redirect([[a, secureA]], { to: https }));
  const { sdk } = emulator;
  const place = { LoadBalancerId, ListenerId: https };
  const deletions = [
    () => sdk.DeleteRule({ ...place, LocationIds: [secureA] }),
    () => sdk.DeleteRule({ ...place, Domain: 'a.example.com' }),
    () => sdk.DeleteListener(place),
    () => sdk.DeleteLoadBalancerListeners({ LoadBalancerId, ListenerIds: [https] }),
    () => sdk.DeleteLoadBalancerListeners({ LoadBalancerId }),
  ];
  for (const remove of deletions) {
    const refusal = await refusalOf(remove());
    expect(refusal.code).toBe('FailedOperation');
    expect(refusal.message).toContain(`${a} redirects to ${secureA}`);
  }
  await done(sdk.DeleteRewrite(rewriteOf([[a, secureA]], { to: https })));
  await done(sdk.DeleteListener(place));
});

test('a source is deleted with its redirection, and a load balancer with all of them', async () => {
  await done(redirect([[a, b]]));
  await done(emulator.sdk.DeleteRule({ LoadBalancerId, ListenerId: http, LocationIds: [a] }));
  expect(await redirects()).toEqual([]);
  await done(redirect([[c, b]]));
  await done(emulator.sdk.DeleteLoadBalancer({ LoadBalancerIds: [LoadBalancerId] }));
});

test('AutoRewrite is for HTTPS on port 443, and its domains take no other redirection', async () => {
  const { sdk } = emulator;
  const auto = (ListenerId: string) => sdk.AutoRewrite({ LoadBalancerId, ListenerId });
  const other = await listen({ Protocol: 'HTTPS', Ports: [8443], Certificate: certificate });
  expect(await codeOf(auto(http))).toBe('InvalidParameter.ProtocolCheckFailed');
  expect(await codeOf(auto(other))).toBe('InvalidParameter.PortCheckFailed');
  await done(auto(https));
  expect(await codeOf(auto(https))).toBe('InvalidParameter.RewriteAlreadyExist');
  const Rules = [{ Domain: 'a.example.com', Url: '/more' }];
  const { LocationIds: [more = ''] = [] } = await done(sdk.CreateRule({ LoadBalancerId, ListenerId: http, Rules }));
  expect(await codeOf(redirect([[more, b]]))).toBe('InvalidParameter.RewriteAlreadyExist');
});

test('AutoRewrite finds port 80 taken by another protocol', async () => {
  const { sdk } = emulator;
  await done(sdk.DeleteListener({ LoadBalancerId, ListenerId: http }));
  await listen({ Protocol: 'TCP' });
  expect(await codeOf(sdk.AutoRewrite({ LoadBalancerId, ListenerId: https }))).toBe('InvalidParameter.PortCheckFailed');
});
