import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Outcome } from '../calls/outcome.ts';
import { createStore } from '../state/store.ts';
import { createTestClock, type TestClock } from '../testing/test-clock.ts';
import { createFaults, type FaultyCall, type Faults } from './faults.ts';

const answer: Outcome = { code: null, reply: { kind: 'answer', status: 200, body: '{}' } };
const reset = { kind: 'reset' };

describe('when and what a fault strikes', () => {
  let clock: TestClock;
  let faults: Faults;
  beforeEach(() => {
    clock = createTestClock();
    faults = createFaults({ clock, store: createStore(), ratePerSecond: 20, randomSeed: 1 });
  });
  const call = (about: Partial<FaultyCall> = {}): FaultyCall => ({
    ...{ action: 'CreateListener', loadBalancerIds: ['lb-1'], listenerIds: ['lbl-1', 'lbl-2'], hitBy: [] },
    ...{ targets: [{ ip: '10.0.0.1', port: 80 }] },
    ...about,
  });
  const isHit = async (about?: Partial<FaultyCall>) => {
    const { code } = await faults.call(call(about), () => Promise.resolve(answer));
    return code !== null;
  };
  const states = () => Object.values(faults.list()).map(({ hits, isActive }) => [hits, isActive]);

  test.each<[object, boolean]>([
    [{}, true],
    [{ action: 'CreateListener' }, true],
    [{ action: 'CreateRule' }, false],
    [{ loadBalancerId: 'lb-1' }, true],
    [{ loadBalancerId: 'lb-2' }, false],
    [{ listenerId: 'lbl-2' }, true],
    [{ listenerId: 'lbl-3' }, false],
    [{ ip: '10.0.0.1' }, true],
    [{ ip: '10.0.0.2' }, false],
    [{ ip: '10.0.0.1', port: 80 }, true],
    [{ port: 81 }, false],
    [{ action: 'CreateListener', loadBalancerId: 'lb-1', ip: '10.0.0.2' }, false],
  ])('selected by %j, it strikes: %s', async (selection, strikes) => {
    faults.put('one', { kind: 'reset', ...selection });
    expect(await isHit()).toBe(strikes);
    expect(states()).toEqual([[strikes ? 1 : 0, true]]);
  });

  test('an IP and a port have to be of the same target', async () => {
    faults.put('one', { kind: 'reset', ip: '10.0.0.1', port: 81 });
    const targets = [
      { ip: '10.0.0.1', port: 80 },
      { ip: '10.0.0.2', port: 81 },
    ];
    expect(await isHit({ targets })).toBe(false);
  });

  test('it strikes as often as `times` says, is counted, and stays in the list afterwards', async () => {
    faults.put('one', { kind: 'reset', times: 2 });
    expect([await isHit(), await isHit(), await isHit()]).toEqual([true, true, false]);
    expect(states()).toEqual([[2, false]]);
  });

  test('it strikes within its time only', async () => {
    faults.put('one', { kind: 'reset', afterMs: 100, forMs: 50 });
    const seen: boolean[] = [];
    for (const ms of [0, 99, 1, 49, 1]) {
      clock.advance(ms);
      seen.push(await isHit());
    }
    expect(seen).toEqual([false, false, true, true, false]);
  });

  test('with a probability it strikes about as often, and the same calls for the same seed', async () => {
    const row = async (name: string) => {
      faults.put(name, { kind: 'reset', probability: 0.3 });
      const hits: boolean[] = [];
      for (let count = 0; count < 1000; count++) hits.push(await isHit());
      faults.remove(name);
      return hits;
    };
    const first = await row('one');
    expect(first.filter(Boolean).length).toBeGreaterThan(250);
    expect(first.filter(Boolean).length).toBeLessThan(350);
    expect(await row('one')).toEqual(first);
    expect(await row('two')).not.toEqual(first);
  });

  test('a call records the faults that hit it, outermost first; one that ends it hides the others', async () => {
    faults.put('slow', { kind: 'latency', delayMs: 1 });
    faults.put('cut', { kind: 'reset' });
    faults.put('late', { kind: 'http-status', status: 503 });
    const asked = call();
    const outcome = faults.call(asked, () => Promise.resolve(answer));
    clock.advance(1);
    expect((await outcome).reply).toEqual(reset);
    expect(asked.hitBy).toEqual(['slow', 'cut']);
  });

  test('setting a fault again restarts it, and one that is deleted is gone', async () => {
    faults.put('one', { kind: 'reset', times: 1 });
    await isHit();
    faults.put('one', { kind: 'reset', times: 1 });
    expect(await isHit()).toBe(true);
    expect(faults.remove('one')).toBe(true);
    expect(faults.remove('one')).toBe(false);
    expect(faults.list()).toEqual({});
  });

  test('throttling with perSecond lets as many calls through', () => {
    faults.put('one', { kind: 'throttle', perSecond: 2 });
    const refused = () => faults.refusal(call(), 'en-US')?.code;
    clock.advance(1000 - (clock.now() % 1000));
    expect([refused(), refused(), refused()]).toEqual([undefined, undefined, 'RequestLimitExceeded']);
    clock.advance(1000);
    expect(refused()).toBeUndefined();
    expect(states()).toEqual([[1, true]]);
  });

  test('with health-flap probes fail and succeed alternately', () => {
    faults.put('one', { kind: 'health-flap', ip: '10.0.0.1', downMs: 100, upMs: 50 });
    const probe = (ip: string) =>
      faults.refusesProbe({
        loadBalancer: { id: 'lb-1' },
        listener: { id: 'lbl-1' },
        target: { ip, port: 80 },
      } as never);
    const seen = [0, 99, 1, 49, 1].map((ms) => {
      clock.advance(ms);
      return probe('10.0.0.1');
    });
    expect(seen).toEqual([true, true, false, false, true]);
    expect(probe('10.0.0.2')).toBe(false);
    expect(states()).toEqual([[3, true]]);
  });
});
