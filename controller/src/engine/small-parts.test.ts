import { describe, expect, test } from '@jest/globals';
import { CloudError, type TargetSpec } from '../core/clb-port.ts';
import { emptyMemory } from '../core/memory.ts';
import { emptySight } from '../core/sight.ts';
import { aPod, aService, aTarget, clbId } from '../testing/builders.ts';
import { FakeClb } from '../testing/fake-clb.ts';
import { FakeCluster } from '../testing/fake-cluster.ts';
import { Board } from './board.ts';
import { calmAnnouncer } from './calm-announcer.ts';
import { Endings } from './endings.ts';
import { fenced } from './fenced.ts';
import { registerApart } from './register-apart.ts';

describe('the board', () => {
  const key = 'lbl-1/2001:db8::1:8080';
  const at = { listenerId: 'lbl-1', ip: '2001:db8::1', port: 8080 };
  const board = () => {
    const made = new Board();
    const seen = { weight: 10, ownerUid: undefined, health: 'Unknown' as const };
    made.see({ ...emptySight(clbId), targets: new Map([[key, seen]]), wanted: new Set([key]) }, emptyMemory);
    return made;
  };

  test('tells the addresses whose health changed, IPv6 too', () => {
    const heard = [{ loadBalancerId: clbId, ...at, health: 'Alive' as const }];
    const one = board();
    expect(one.awaitingHealth()).toEqual([clbId]);
    expect(one.hear(clbId, heard, 0)).toEqual(['2001:db8::1']);
    expect(one.hear(clbId, heard, 0)).toEqual([]);
    expect(one.awaitingHealth()).toEqual([]);
  });

  test('keeps the last health of a target that is not spoken of, and learns of no stranger', () => {
    const one = board();
    expect(one.hear(clbId, [{ loadBalancerId: clbId, ...at, port: 1, health: 'Alive' }], 0)).toEqual([]);
    expect(one.sightOf(clbId)?.targets.size).toBe(1);
    expect(one.hear('lb-unknown', [], 0)).toEqual([]);
  });
});

describe('registering apart', () => {
  const specs = (count: number, listenerId = 'lbl-1'): TargetSpec[] =>
    Array.from({ length: count }, (_, index) => aTarget({ listenerId, ip: `10.0.0.${index}`, tag: '' })).map(
      (target) => {
        return { ...target, tag: '' };
      },
    );

  async function run(targets: TargetSpec[], isBad: (target: TargetSpec) => boolean, suspects = new Set<string>()) {
    const calls: (readonly TargetSpec[])[] = [];
    const result = await registerApart(targets, suspects, async (some) => {
      calls.push(some);
      const refused = new Set(some.filter(isBad).map(({ listenerId }) => listenerId));
      return Promise.resolve([...refused].map((listenerId) => ({ listenerId, message: 'no' })));
    });
    return { taken: result.taken.length, refused: result.refused.map(({ ip }) => ip), calls: calls.length, result };
  }

  test('takes one call when all is well', async () => {
    expect(await run(specs(200), () => false)).toMatchObject({ taken: 200, refused: [], calls: 1 });
    expect(await run([], () => false)).toMatchObject({ taken: 0, calls: 0 });
  });

  test('finds one bad target among many in few calls', async () => {
    const found = await run(specs(200), ({ ip }) => ip === '10.0.0.77');
    expect(found).toMatchObject({ taken: 199, refused: ['10.0.0.77'] });
    expect(found.calls).toBeLessThanOrEqual(17);
    expect(found.result.refusals).toEqual([{ listenerId: 'lbl-1', message: 'no' }]);
  });

  test('spends no more calls than that when all are bad', async () => {
    const found = await run(specs(200), () => true);
    expect(found).toMatchObject({ taken: 0, calls: 17 });
    expect(found.refused).toHaveLength(200);
  });

  test('a bad listener does not concern another one', async () => {
    const found = await run([...specs(1), ...specs(3, 'lbl-2')], ({ listenerId }) => listenerId === 'lbl-1');
    expect(found).toMatchObject({ taken: 3, refused: ['10.0.0.0'], calls: 1 });
  });

  test('a quota of one listener, which refuses the whole call, takes nothing from another one', async () => {
    const quota = new CloudError('full', { kind: 'quota', code: 'LimitExceeded', action: 'BatchRegisterTargets' });
    const isFull = ({ listenerId, ip }: TargetSpec) => listenerId === 'lbl-1' && ip !== '10.0.0.0';
    const mixed = [...specs(8), ...specs(1, 'lbl-2')];
    const result = await registerApart(mixed, new Set(), async (some) =>
      some.some(isFull) ? Promise.reject(quota) : Promise.resolve([]),
    );
    expect(result.taken.map(({ listenerId, ip }) => `${listenerId} ${ip}`)).toEqual([
      'lbl-1 10.0.0.0',
      'lbl-2 10.0.0.0',
    ]);
    expect(result.refused).toHaveLength(7);
    expect(result.refusals[0]?.cause).toBe(quota);
  });

  test('suspects go apart, so that the others are taken at once', async () => {
    const isBad = ({ ip }: TargetSpec) => ip === '10.0.0.1';
    expect(await run(specs(4), isBad, new Set(['lbl-1/10.0.0.1:8080']))).toMatchObject({
      taken: 3,
      refused: ['10.0.0.1'],
      calls: 2,
    });
  });
});

test('the announcer says a thing again only after a while, and news at once', () => {
  const cluster = new FakeCluster();
  let nowMs = 0;
  const calm = calmAnnouncer(cluster, { repeatMs: 1_000, nowMs: () => nowMs });
  const say = (message: string) => {
    calm.aboutService(aService(), { type: 'Warning', reason: 'R', message });
    calm.aboutPod(aPod(), { type: 'Warning', reason: 'R', message });
  };
  say('x');
  nowMs = 999;
  say('x');
  say('y');
  expect(cluster.announcements).toHaveLength(4);
  nowMs = 1_000;
  say('x');
  expect(cluster.announcements).toHaveLength(6);
});

test('what has a pace of its own is said no more often than that, in whatever words', () => {
  const cluster = new FakeCluster();
  let nowMs = 0;
  const calm = calmAnnouncer(cluster, { repeatMs: 10, nowMs: () => nowMs });
  const say = (message: string, name = 'web') =>
    calm.aboutService(aService({ name }), { type: 'Warning', reason: 'R', message, atMostEveryMs: 1_000 });
  say('x');
  nowMs = 999;
  say('x');
  say('y');
  say('x', 'api');
  expect(cluster.announcements.map(({ about }) => about)).toEqual(['shop/web', 'shop/api']);
  nowMs = 1_000;
  say('y');
  expect(cluster.announcements).toHaveLength(3);
});

test('pods that were seen to end are remembered, others are not', () => {
  const endings = new Endings();
  endings.note(aPod({ uid: 'ending', ending: true }), aPod({ uid: 'ending' }));
  endings.note(aPod({ uid: 'finished', finished: true }), undefined);
  endings.note(undefined, aPod({ uid: 'vanished' }));
  endings.note(undefined, aPod({ uid: 'gone', ending: true }));
  expect(['ending', 'finished', 'vanished', 'gone'].filter((uid) => endings.has(uid))).toEqual([
    'ending',
    'finished',
    'gone',
  ]);
});

test('without the lease reads go on and writes do not', async () => {
  const clb = new FakeClb();
  clb.addLoadBalancer(clbId);
  let isHeld = true;
  const port = fenced(clb, () => isHeld);
  const { signal } = new AbortController();
  await port.createListeners(clbId, [{ name: 'n', protocol: 'TCP', port: 80 }], signal);
  isHeld = false;
  const writes = [
    port.createListeners(clbId, [], signal),
    port.deleteListener(clbId, 'lbl-1', signal),
    port.register(clbId, [], signal),
    port.deregister(clbId, [], signal),
    port.setWeight(clbId, [], 0, signal),
  ];
  for (const { status } of await Promise.allSettled(writes)) expect(status).toBe('rejected');
  expect(await port.describeListeners(clbId, signal)).toHaveLength(1);
  expect((await port.describeLoadBalancer(clbId, signal))?.id).toBe(clbId);
  expect(await port.describeTargets(clbId, ['lbl-1'], signal)).toEqual([]);
  expect(await port.describeHealth([clbId], signal)).toEqual([]);
});
