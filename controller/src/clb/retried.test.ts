import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { register as registerStep } from '../testing/steps.ts';
import type { ClbOptions } from './create-clb.ts';
import { createVirtualClock } from './testing/virtual-clock.ts';
import { startClbWorld, type ClbWorld } from './testing/clb-world.ts';
import type { Reply } from './testing/scripted-cloud.ts';

const { signal } = new AbortController();
const noListeners = { response: { Listeners: [], TotalCount: 0 } };
const accepted = { response: { FailListenerIdSet: [], Message: '' } };
const step = registerStep({ listenerId: 'lbl-1', ip: '10.0.0.1', port: 80, weight: 10, tag: 'pod' });
const busy: Reply = { error: 'FailedOperation.ResourceInOperating', message: 'some tasks are being processed' };
const tooMany: Reply = {
  error: 'RequestLimitExceeded',
  message:
    'Your current request times equals to `21` in a second, which exceeds the frequency limit `20` for a second.',
};
let world: ClbWorld;

beforeEach(async () => {
  world = await startClbWorld();
});
afterEach(() => world.cloud.close());

async function restart(options: Partial<ClbOptions>): Promise<void> {
  await world.cloud.close();
  world = await startClbWorld(options);
}

const register = () => world.clb.register('lb-1', [step], signal);
const listListeners = () => world.clb.describeListeners('lb-1', signal);

describe('a read', () => {
  test.each<[string, Reply]>([
    ['a reset connection', 'reset'],
    ['an HTTP 503', { status: 503 }],
    ['a page of HTML', { status: 200 }],
    ['JSON of something else', { status: 200, body: '{}' }],
    ['a Response that is no object', { status: 200, body: '{"Response":"none"}' }],
    ['an internal error', { error: 'InternalError.Anything' }],
    ['a refusal of too many requests', tooMany],
  ])('is asked again after %s', async (_, reply) => {
    world.cloud.replies('DescribeListeners', reply, noListeners);
    expect(await listListeners()).toEqual([]);
    expect(world.cloud.requests).toHaveLength(2);
  });

  test('is given up after four tries with growing pauses', async () => {
    world.cloud.replies('DescribeListeners', { status: 500 });
    await expect(listListeners()).rejects.toMatchObject({ kind: 'transient', code: 'Http500' });
    expect(world.cloud.requests).toHaveLength(4);
    expect(world.clock.pauses.filter((ms) => ms >= 300)).toEqual([300, 600, 1200]);
  });

  test.each<[string, Reply, number]>([
    ['an HTTP 503, which is about all', { status: 503 }, 2],
    ['a refusal of too many requests', tooMany, 2],
    ['an answer in time that did not come', 'hang', 1],
  ])('of several that one may fail is, after %s, asked as often as helps', async (_, reply, calls) => {
    await restart({ readTimeoutMs: 200 });
    world.cloud.replies('DescribeTargetHealth', reply, { response: { LoadBalancers: [] } });
    const { failed } = await world.clb.describeHealths(['lb-1', 'lb-2'], signal);
    expect(failed).toEqual(calls === 1 ? ['lb-1', 'lb-2'] : []);
    expect(world.cloud.requests).toHaveLength(calls);
  });

  test('that gets no answer ends in time', async () => {
    await restart({ readTimeoutMs: 200 });
    world.cloud.replies('DescribeListeners', 'hang', noListeners);
    expect(await listListeners()).toEqual([]);
    world.cloud.replies('DescribeListeners', 'hang');
    await expect(listListeners()).rejects.toMatchObject({ kind: 'transient', code: 'Timeout' });
  });

  test('that the cloud refuses for good is not asked again', async () => {
    world.cloud.replies('DescribeListeners', { error: 'InvalidParameter.FormatError', message: 'bad id' });
    await expect(listListeners()).rejects.toMatchObject({ kind: 'refused', requestId: 'req-1' });
    expect(world.cloud.requests).toHaveLength(1);
  });
});

describe('a write', () => {
  test.each<[string, Reply]>([
    ['a busy CLB', busy],
    ['another spelling of busy', { error: 'InternalError.LBIncorrectStatus' }],
    ['a refusal of too many requests', tooMany],
  ])('is written again after %s', async (_, reply) => {
    world.cloud.replies('BatchRegisterTargets', reply, reply, accepted);
    expect(await register()).toEqual([]);
    expect(world.cloud.requests).toHaveLength(3);
  });

  test('to a CLB that stays busy is given up after six tries, the last pauses of about four seconds', async () => {
    world.cloud.replies('BatchRegisterTargets', busy);
    await expect(register()).rejects.toMatchObject({ kind: 'busy' });
    expect(world.clock.pauses.filter((ms) => ms >= 300)).toEqual([300, 600, 1200, 2400, 4000]);
  });

  test('that is throttled is given back within a second, because others wait behind it', async () => {
    world.cloud.replies('BatchRegisterTargets', tooMany);
    await expect(register()).rejects.toMatchObject({ kind: 'throttled' });
    expect(world.cloud.requests).toHaveLength(3);
  });

  test.each<[string, Reply]>([
    ['a reset connection', 'reset'],
    ['an HTTP 502', { status: 502 }],
    ['an internal error', { error: 'InternalError' }],
  ])('whose answer was lost by %s is not blindly written again: it may have been done', async (_, reply) => {
    world.cloud.replies('DeleteListener', reply);
    const deleted = world.clb.deleteListener('lb-1', 'lbl-1', signal);
    await expect(deleted).rejects.toMatchObject({ kind: 'transient', action: 'DeleteListener' });
    expect(world.cloud.requests).toHaveLength(1);
  });
});

test('a write that gets no answer ends in time, and is not blindly written again', async () => {
  await restart({ writeTimeoutMs: 200 });
  world.cloud.replies('BatchRegisterTargets', 'hang');
  await expect(register()).rejects.toMatchObject({ kind: 'transient', code: 'Timeout' });
  expect(world.cloud.requests).toHaveLength(1);
});

describe('a signal that aborts', () => {
  test('ends a request under way, with the reason of the signal', async () => {
    world.cloud.replies('DescribeListeners', 'hang');
    const abort = new AbortController();
    const asked = world.clb.describeListeners('lb-1', abort.signal);
    abort.abort(new Error('shutting down'));
    await expect(asked).rejects.toThrow('shutting down');
  });

  test('lets a write that was sent come to its end, so that it need not be made again', async () => {
    const abort = new AbortController();
    world.cloud.replies('BatchRegisterTargets', () => {
      abort.abort(new Error('shutting down'));
      return accepted;
    });
    expect(await world.clb.register('lb-1', [step], abort.signal)).toEqual([]);
    await expect(world.clb.register('lb-1', [step], abort.signal)).rejects.toThrow('shutting down');
    expect(world.cloud.requests).toHaveLength(1);
  });

  test('ends a pause before the next try', async () => {
    const abort = new AbortController();
    const sleep = async (_: number, given: AbortSignal) => {
      setImmediate(() => abort.abort(new Error('shutting down')));
      return untilAborted(given);
    };
    await restart({ clock: { ...createVirtualClock(), sleep } });
    world.cloud.replies('DescribeListeners', { status: 500 });
    const asked = world.clb.describeListeners('lb-1', abort.signal);
    await expect(asked).rejects.toThrow('shutting down');
    expect(world.cloud.requests).toHaveLength(1);
  });
});

test('an API that cannot be reached is named with its address and the reason', async () => {
  await world.cloud.close();
  await expect(listListeners()).rejects.toThrow(
    `Could not list the listeners of lb-1: the API at ${world.cloud.url} could not be reached (connect ECONNREFUSED`,
  );
});

test('requests are counted by action and code', async () => {
  world.cloud.replies('DescribeListeners', tooMany, 'reset', noListeners);
  await listListeners();
  const metrics = await world.registry.metrics();
  expect(metrics).toContain('clb_requests_total{action="DescribeListeners",code="RequestLimitExceeded"} 1');
  expect(metrics).toContain('clb_requests_total{action="DescribeListeners",code="Network"} 1');
  expect(metrics).toContain('clb_requests_total{action="DescribeListeners",code="OK"} 1');
  expect(metrics).toContain('clb_request_seconds_count{action="DescribeListeners"} 3');
  expect(metrics).toContain('clb_throttle_wait_seconds_count{action="DescribeListeners"} 3');
});

function untilAborted(given: AbortSignal): Promise<never> {
  const aborted = Promise.withResolvers<never>();
  given.addEventListener('abort', () => aborted.reject(given.reason as Error), { once: true });
  return aborted.promise;
}
