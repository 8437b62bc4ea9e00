import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  makeListeners,
  refusalOf,
  startTestEmulator,
  waitForTask,
  type TestEmulator,
} from '../testing/test-emulator.ts';

const LoadBalancerId = 'lb-local001';
interface SeenCall {
  code: string | null;
  faults: string[];
  action: string;
}

describe('what each kind of fault does to callers', () => {
  let emulator: TestEmulator;
  beforeEach(async () => {
    emulator = await startTestEmulator();
  });
  afterEach(() => emulator.close());
  const put = (fault: object) => emulator.admin('PUT', '/faults/one', fault);
  const mend = () => emulator.admin('DELETE', '/faults/one');
  const read = () => emulator.sdk.DescribeLoadBalancers({});
  const create = () => emulator.sdk.CreateListener({ LoadBalancerId, Ports: [80], Protocol: 'TCP' });
  const listenerCount = async () => (await emulator.sdk.DescribeListeners({ LoadBalancerId })).TotalCount;
  const lastCall = async () => (await emulator.admin<{ calls: SeenCall[] }>('GET', '/calls')).body.calls.at(-1);
  const ask = async () => {
    const url = `http://127.0.0.1:${emulator.apiPort}/?Action=x`;
    const response = await fetch(url, { method: 'POST', headers: { 'x-tc-action': 'DescribeQuota' } });
    return { status: response.status, body: await response.text() };
  };
  /** Until the listener of a lost answer is there. */
  const untilListeners = async (count: number) => {
    const deadline = Date.now() + 10_000;
    while ((await listenerCount()) !== count && Date.now() < deadline);
    expect(await listenerCount()).toBe(count);
  };

  test('an API error hits its action as often as `times` says', async () => {
    await put({ kind: 'api-error', action: 'DescribeLoadBalancers', code: 'InternalError', message: 'oops', times: 2 });
    expect(await refusalOf(read())).toEqual({ code: 'InternalError', message: 'oops' });
    expect(await listenerCount()).toBe(0);
    expect((await refusalOf(read())).code).toBe('InternalError');
    expect(await lastCall()).toMatchObject({ code: 'InternalError', faults: ['one'] });
    expect((await read()).TotalCount).toBe(1);
    expect((await lastCall())?.faults).toEqual([]);
    expect((await emulator.admin('GET', '/faults')).body).toMatchObject({
      faults: { one: { hits: 2, isActive: false } },
    });
  });

  test('an API error after the effect: the change is made all the same', async () => {
    await put({ kind: 'api-error', code: 'InternalError', action: 'CreateListener', when: 'after' });
    expect((await refusalOf(create())).code).toBe('InternalError');
    await untilListeners(1);
  });

  test('throttling refuses as the rate limit does', async () => {
    await put({ kind: 'throttle' });
    expect((await refusalOf(read())).code).toBe('RequestLimitExceeded');
    const faults = { one: { fault: { kind: 'throttle' }, hits: 1, isActive: true } };
    expect((await emulator.admin('GET', '/faults')).body).toEqual({ faults });
    await mend();
    expect((await read()).TotalCount).toBe(1);
  });

  test('throttling can be for one secret id', async () => {
    await put({ kind: 'throttle', secretId: 'other-id' });
    expect((await read()).TotalCount).toBe(1);
    await put({ kind: 'throttle', secretId: 'local-id' });
    expect((await refusalOf(read())).code).toBe('RequestLimitExceeded');
  });

  test('an HTTP status is answered below the API', async () => {
    await put({ kind: 'http-status', status: 502 });
    expect((await refusalOf(read())).message).toContain('Bad Gateway');
    expect(await lastCall()).toMatchObject({ code: 'Http502' });
    expect(await ask()).toMatchObject({ status: 502 });
  });

  test('HTML, or nothing, comes instead of JSON', async () => {
    await put({ kind: 'html' });
    expect(await ask()).toMatchObject({ status: 200, body: expect.stringMatching(/^<!doctype html>/) });
    expect(await lastCall()).toMatchObject({ code: 'NotJson' });
    await put({ kind: 'html', body: '' });
    expect(await ask()).toEqual({ status: 200, body: '' });
  });

  test('when it is down every connection is reset', async () => {
    await put({ kind: 'down' });
    expect((await refusalOf(read())).message).toMatch(/ECONNRESET|socket hang up/);
    expect(await lastCall()).toMatchObject({ code: 'ConnectionReset' });
  });

  test('a reset before the effect leaves everything as it was', async () => {
    await put({ kind: 'reset', action: 'CreateListener' });
    expect((await refusalOf(create())).message).toMatch(/ECONNRESET|socket hang up/);
    expect((await emulator.admin<{ tasks: unknown[] }>('GET', '/state')).status).toBe(200);
    await mend();
    await waitForTask(emulator.sdk, (await create()).RequestId);
    expect(await listenerCount()).toBe(1);
  });

  test('a reset after the effect: the answer is lost, the change is made', async () => {
    await put({ kind: 'reset', action: 'CreateListener', when: 'after' });
    expect((await refusalOf(create())).message).toMatch(/ECONNRESET|socket hang up/);
    const call = (await emulator.admin<{ calls: SeenCall[] }>('GET', '/calls')).body.calls.at(-1);
    expect(call).toMatchObject({ action: 'CreateListener', code: 'AnswerLost' });
    await untilListeners(1);
  });

  test('latency delays the answer', async () => {
    await put({ kind: 'latency', delayMs: 150, action: 'DescribeLoadBalancers' });
    const startedAtMs = Date.now();
    await read();
    expect(Date.now() - startedAtMs).toBeGreaterThanOrEqual(149);
  });

  test('credentials can be refused', async () => {
    await put({ kind: 'refuse-credentials', secretId: 'local-id' });
    expect((await refusalOf(read())).code).toBe('AuthFailure.SecretIdNotFound');
  });

  test('a batch fails for one listener and succeeds for the others', async () => {
    const [first = '', second = ''] = await makeListeners(emulator.sdk, { ports: [80, 81] });
    const targets = [first, second].map((ListenerId) => ({ ListenerId, EniIp: '10.0.0.1', Port: 80 }));
    await put({ kind: 'partial-failure', listenerId: second, message: 'no more room' });
    const answer = await emulator.sdk.BatchRegisterTargets({ LoadBalancerId, Targets: targets });
    expect(answer).toMatchObject({ FailListenerIdSet: [second], Message: 'no more room' });
    const { Listeners = [] } = await emulator.sdk.DescribeTargets({ LoadBalancerId });
    expect(Listeners.map(({ Targets }) => Targets?.length)).toEqual([1, 0]);
  });

  test('without a selection the first listener of a batch fails, even when it is the only one', async () => {
    const [first = '', second = ''] = await makeListeners(emulator.sdk, { ports: [80, 81] });
    const targets = [second, first].map((ListenerId) => ({ ListenerId, EniIp: '10.0.0.1', Port: 80 }));
    await put({ kind: 'partial-failure' });
    const register = (Targets: typeof targets) => emulator.sdk.BatchRegisterTargets({ LoadBalancerId, Targets });
    expect((await register(targets)).FailListenerIdSet).toEqual([second]);
    expect((await register(targets.slice(0, 1))).FailListenerIdSet).toEqual([second]);
  });

  test('a silent failure succeeds, its task too, and changes nothing', async () => {
    const [ListenerId = ''] = await makeListeners(emulator.sdk, { ports: [80] });
    await put({ kind: 'silent-failure' });
    const targets = [{ ListenerId, EniIp: '10.0.0.1', Port: 80 }];
    const batch = await emulator.sdk.BatchRegisterTargets({ LoadBalancerId, Targets: targets });
    expect(batch).toMatchObject({ FailListenerIdSet: [], Message: '' });
    const { RequestId } = await emulator.sdk.DeleteListener({ LoadBalancerId, ListenerId });
    expect((await waitForTask(emulator.sdk, RequestId)).Status).toBe(0);
    const { Listeners = [] } = await emulator.sdk.DescribeTargets({ LoadBalancerId });
    expect(Listeners.map(({ Targets }) => Targets)).toEqual([[]]);
  });

  test('a task fails although the call was accepted, and the load balancer is free again', async () => {
    await put({ kind: 'task-failure', action: 'CreateListener', message: 'no luck' });
    expect(await waitForTask(emulator.sdk, (await create()).RequestId)).toMatchObject({
      Status: 1,
      Message: 'no luck',
    });
    expect(await listenerCount()).toBe(0);
    await mend();
    expect((await waitForTask(emulator.sdk, (await create()).RequestId)).Status).toBe(0);
  });

  test('stale reads answer an old state, while writes see the present one', async () => {
    await put({ kind: 'stale-reads', ageMs: 60_000 });
    await makeListeners(emulator.sdk, { ports: [80] });
    expect(await listenerCount()).toBe(0);
    expect((await refusalOf(create())).code).toBe('InvalidParameter.PortCheckFailed');
    await mend();
    expect(await listenerCount()).toBe(1);
  });

  test('stale reads can be those of one action', async () => {
    await put({ kind: 'stale-reads', ageMs: 60_000, action: 'DescribeListeners' });
    await makeListeners(emulator.sdk, { ports: [80] });
    expect(await listenerCount()).toBe(0);
    expect((await emulator.sdk.DescribeTargets({ LoadBalancerId })).Listeners).toHaveLength(1);
  });

  test('stale reads become right when they are old enough', async () => {
    await put({ kind: 'stale-reads', ageMs: 200 });
    await makeListeners(emulator.sdk, { ports: [80] });
    await untilListeners(1);
  });

  test('a fault that is not known is refused with what is wrong', async () => {
    const refused = await put({ kind: 'throttle', speed: 1 });
    expect(refused).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(/^speed: throttle has no such/) },
    });
    expect(await put({ kind: 'earthquake' })).toMatchObject({ status: 400 });
    expect(await emulator.admin('DELETE', '/faults/none')).toMatchObject({ status: 404 });
  });
});
