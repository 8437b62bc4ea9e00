import { expect, test } from '@jest/globals';
import { judgeStatus } from './judge-status.ts';
import type { LeaseState } from './lease-state.ts';
import type { Surroundings, WarningView } from './read-surroundings.ts';
import type { ReadResult, RotationState } from './read-state.ts';
import { showStatus } from './show-status.ts';
import { ca1, ca2, leaf1, leaf2, nowMs, sampleView, serves, switchedView } from './testing/sample-view.ts';
import type { SecretView } from './secret-view.ts';

const held = { kind: 'held', pod: 'pod-a' } as const;
const seen = <T>(value: T): ReadResult<T> => ({ kind: 'seen', value });
const forbidden = { kind: 'forbidden', reason: 'no' } as const;

function world(view: SecretView = sampleView(), changed: Partial<RotationState> = {}): RotationState {
  const lease = { holder: 'pod-a_1', renewTime: '', durationMs: 15_000 };
  return { secret: seen(view), registration: seen({ trusts: [ca1] }), lease: seen(lease), ...changed };
}

const quiet: Surroundings = { replicas: seen(['pod-a', 'pod-b']), warnings: seen([]) };
const judge = (seenWorld: RotationState, lease: LeaseState = held, around = quiet) =>
  judgeStatus(seenWorld, { nowMs, lease, around, usualSettleMs: 86_400_000 });
const show = (seenWorld: RotationState) => showStatus(judge(seenWorld), nowMs).join('\n');

test('A status without problems is printed in full.', () => {
  expect(show(world(sampleView({ lastRequestId: 'leaf-once-1' }))).split('\n')).toEqual([
    'phase        stable since 2026-05-31T23:00:00.000Z (1 h)',
    'CA           ca-1, signed by itself, serial 5eca1',
    '             from 2026-05-02T00:00:00.000Z until 2026-07-31T00:00:00.000Z (60 d left)',
    '             made by the webhook',
    'leaf         leaf-1, signed by ca-1, serial 5eleaf1',
    '             from 2026-05-02T00:00:00.000Z until 2026-07-31T00:00:00.000Z (60 d left)',
    'API servers  trust ca-1',
    'replicas     pod-a serves the leaf, good with the current CA alone',
    '             pod-b serves the leaf, good with the current CA alone',
    'Lease        held by pod-a',
    'last change  there was no Secret (last request leaf-once-1)',
    'problems     none',
  ]);
});

test('A rotation that settles shows old CA, cross certificate, late replicas and its end, and no problem.', () => {
  const phaseSince = '2026-05-31T23:55:00.000Z';
  const settling = world(switchedView({ settleMs: 7_200_000, phaseSince }), {
    registration: seen({ trusts: [ca2, ca1] }),
  });

  expect(show(settling)).toContain('old CA       ca-1, signed by itself');
  expect(show(settling)).toContain('with it goes ca-2, signed by ca-1');
  expect(show(settling)).toContain('trust ca-2, ca-1');
  expect(show(settling)).toContain(`pod-b serves another leaf, serial ${leaf1.serial}, not good`);
  expect(judge(settling)).toMatchObject({
    waitsFor: [
      'replicas under the current CA: 1 of 2 seen',
      "the old CA's end of trust at 2026-06-01T01:55:00.000Z (in 1 h 55 min)",
    ],
    problems: [],
  });
});

test('A replica that stays behind for long is a problem.', () => {
  const settling = world(switchedView(), { registration: seen({ trusts: [ca2, ca1] }) });

  expect(judge(settling).problems).toEqual([expect.stringContaining('pod-b serves a certificate')]);
});

test('A settle time that the Secret does not name is shown as a guess.', () => {
  const { waitsFor } = judge(world(switchedView()));

  expect(waitsFor.at(-1)).toMatch(/2026-06-01T23:00:00.000Z .*if ROTATION_SETTLE_MS is as usual/);
});

test('A published CA waits for the registration, then for the API servers.', () => {
  const view = sampleView({ phase: 'published', nextCa: ca2 });

  expect(judge(world(view)).waitsFor).toEqual([
    'the registration to carry ca-2',
    'every API server to know the next CA',
  ]);
  expect(judge(world(view, { registration: seen({ trusts: [ca1, ca2] }) })).waitsFor).toHaveLength(1);
});

test('A request that waits is shown with its reason.', () => {
  const view = sampleView({ pending: { id: 'ca-1', kind: 'ca', reason: 'yearly' } });

  expect(show(world(view))).toMatch(/waits for the Lease holder to take the request up[^]*asked for\s+ca: yearly/);
});

const expired = { ...leaf2, untilMs: nowMs - 1 };
const brokenCa = { ...sampleView().inspection, ca: { problems: ['ca.key is missing'] } };
test.each<[string, RotationState, string]>([
  ['no Secret', world(sampleView(), { secret: { kind: 'absent' } }), 'the Secret is not there'],
  ['no registration', world(sampleView(), { registration: { kind: 'absent' } }), 'the registration is not there'],
  ['an empty bundle', world(sampleView(), { registration: seen({ trusts: [] }) }), 'carries no CA'],
  ['another bundle', world(sampleView(), { registration: seen({ trusts: [ca2] }) }), 'does not trust the current CA'],
  ['a broken CA', world(sampleView({ inspection: brokenCa })), 'ca.key is missing'],
  ['a CA near its end', world(sampleView({ currentCa: { ...ca1, untilMs: nowMs + 3_600_000 } })), 'the CA ends in 1 h'],
  [
    'a replica out of reach',
    world(sampleView({ replicas: [{ pod: 'pod-a', verifies: false, problem: 'timed out' }] })),
    'pod-a: timed out',
  ],
  [
    'a replica that serves something else',
    world(sampleView({ replicas: [{ pod: 'pod-a', verifies: false }] })),
    'pod-a serves a certificate that the current CA does not vouch for',
  ],
  ['a refused request', world(sampleView({ refused: { id: 'x', problem: 'no CA' } })), 'was refused: no CA'],
])('%s is a problem.', (_, seenWorld, problem) => {
  const { problems } = judge(seenWorld);

  expect(problems).toEqual([expect.stringContaining(problem)]);
});

test('An expired leaf is shown as ended.', () => {
  expect(show(world(sampleView({ leaf: expired })))).toContain('(it has ended)');
});

test('A Lease without a holder is a problem; one that may not be read is none.', () => {
  expect(judge(world(), { kind: 'free' }).problems).toEqual([expect.stringContaining('holds the Lease')]);
  const dark = { replicas: forbidden, warnings: forbidden };
  const blind = judge(world(sampleView(), { registration: forbidden, lease: forbidden }), { kind: 'unknown' }, dark);
  expect(blind).toMatchObject({
    problems: [],
    unseen: [
      expect.stringContaining('trust'),
      expect.stringContaining('who holds the Lease'),
      expect.stringContaining('whether a replica'),
      expect.stringContaining('warns of'),
    ],
  });
  expect(showStatus(blind, nowMs).join('\n')).toMatch(/API servers +unknown[^]*not seen[^]*clb-direct-rotate-certs/);
});

test('A holder of the Lease that is no replica is a problem.', () => {
  const stranger = { kind: 'stranger', pod: 'another-pod', durationMs: 15_000 } as const;
  const report = judge(world(), stranger);
  expect(report.problems).toEqual([
    expect.stringMatching(/^another-pod holds the Lease .*lasts longer than 20 s.*delete lease/),
  ]);
  expect(showStatus(report, nowMs)).toContain('Lease        held by another-pod, which is no replica that runs');
});

test('What the webhook has warned of a short while ago is a problem, each trouble once.', () => {
  const warning = (reason: string, atMs: number, message = 'broken again'): WarningView => {
    return { reason, about: 'Secret certs', message, atMs };
  };
  const warnings = seen([
    warning('SecretContested', nowMs - 120_000),
    warning('SecretContested', nowMs - 180_000, 'an older one'),
    warning('RightsMissing', nowMs - 149_000, 'no right'),
    warning('ServiceContested', nowMs - 360_000),
    warning('SecretRestored', nowMs - 1_000),
  ]);
  expect(judge(world(), held, { ...quiet, warnings }).problems).toEqual([
    'Secret certs: broken again (event SecretContested, 2 min ago)',
    expect.stringContaining('no right (event RightsMissing, 2 min'),
  ]);
});

test('The CA of another issuer needs no key in the Secret.', () => {
  const view = sampleView({ isIssuedElsewhere: true, inspection: brokenCa, replicas: undefined });

  expect(judge(world(view)).problems).toEqual([]);
  expect(show(world(view))).toContain('issued elsewhere');
});

test('It settles while the registration trusts more than the other issuer wrote.', () => {
  const view = sampleView({ isIssuedElsewhere: true, currentCa: ca2, phaseSince: '', replicas: undefined });
  const both = world(view, { registration: seen({ trusts: [ca2, ca1] }) });

  expect(judge(both)).toMatchObject({ phase: 'settling', waitsFor: [expect.stringContaining('every replica')] });
  expect(judge(world(view, { registration: seen({ trusts: [ca2] }) }))).toMatchObject({
    phase: 'stable',
    waitsFor: [],
  });
});

test('Names and notes of others are printed on one line, without control characters.', () => {
  const lines = show(world(sampleView({ lastReason: 'a\n\u001b[2Jb', replicas: [serves('pod-\u202ea', leaf1)] })));
  expect(lines).toContain(String.raw`last change  a\n\u001b[2Jb`);
  expect(lines).toContain(String.raw`pod-\u202ea serves the leaf`);
});
