import { describe, expect, test } from '@jest/globals';
import { decideRequest, type Wish } from './decide-request.ts';
import { makeRequestId } from './request-id.ts';
import { ca1, ca2, leaf2, sampleView, serves, switchedView } from './testing/sample-view.ts';
import type { SecretView } from './secret-view.ts';

const wish = (kind: Wish['kind'], more: Partial<Wish> = {}): Wish => ({ kind, wait: false, ...more });
const decide = (view: SecretView, wanted: Wish) => decideRequest(view, wanted);
const pending = (kind: Wish['kind'], reason = '') => ({ id: `${kind}-x-1`, kind, reason });
const allServed = { replicas: [serves('pod-a', leaf2), serves('pod-b', leaf2)] };
const mine = { caSha256: ca2.sha256 };

describe('At rest', () => {
  test.each(['leaf', 'ca', 'import'] as const)('a wish for %s is asked for.', (kind) => {
    expect(decide(sampleView(), wish(kind, mine))).toMatchObject({ kind: 'ask' });
  });

  test('the CA that signs already is not imported again.', () => {
    expect(decide(sampleView({ currentCa: ca2 }), wish('import', mine))).toMatchObject({ kind: 'done' });
  });

  test('certificates of another issuer are left to it.', () => {
    expect(decide(sampleView({ isIssuedElsewhere: true }), wish('leaf'))).toMatchObject({ kind: 'refuse' });
  });
});

describe('A request that waits already', () => {
  test.each([
    ['leaf', 'leaf', 'join'],
    ['ca', 'ca', 'join'],
    ['import', 'ca', 'join'],
    ['leaf', 'ca', 'queue'],
    ['ca', 'leaf', 'queue'],
    ['ca', 'import', 'queue'],
    ['import', 'import', 'queue'],
  ] as const)('for %s makes a wish for %s %s.', (waiting, wanted, kind) => {
    expect(decide(sampleView({ pending: pending(waiting), nextCa: ca1 }), wish(wanted, mine))).toMatchObject({ kind });
  });

  test('for the same import is joined, under its own id.', () => {
    const view = sampleView({ pending: pending('import'), nextCa: ca2 });

    expect(decide(view, wish('import', mine))).toMatchObject({ kind: 'join', target: { requestId: 'import-x-1' } });
  });

  test.each<[string, string, Partial<Wish>]>([
    ['the same reason', 'join', { reason: 'yearly' }],
    ['the same reason and another settle time', 'join', { reason: 'yearly', settleMs: 120_000 }],
    ['another reason', 'join', { reason: 'stolen key' }],
    ['another reason and the same settle time', 'join', { reason: 'stolen key', settleMs: 60_000 }],
    ['another reason and another settle time', 'queue', { reason: 'stolen key', settleMs: 120_000 }],
    ['no reason and the same settle time', 'join', { settleMs: 60_000 }],
    ['no reason and another settle time', 'queue', { settleMs: 120_000 }],
  ])('makes a wish with %s %s.', (_, kind, more) => {
    const asked = { ...pending('ca', 'yearly'), id: makeRequestId('ca', 'yearly'), settleMs: 60_000 };

    expect(decide(sampleView({ pending: asked }), wish('ca', more))).toMatchObject({ kind });
  });

  test('to import a CA does not serve a reason of its own: the key of that CA is there already.', () => {
    const view = sampleView({ pending: pending('import') });

    expect(decide(view, wish('ca', { reason: 'stolen key' }))).toMatchObject({ kind: 'queue' });
  });

  test('is named with its reason.', () => {
    expect(decide(sampleView({ pending: pending('ca', 'yearly') }), wish('ca'))).toMatchObject({
      says: 'a new CA ("yearly") is asked for already; joining it',
    });
  });
});

describe('A rotation of the CA that runs', () => {
  const published = sampleView({ phase: 'published', nextCa: ca2, lastRequestId: makeRequestId('ca', 'other') });

  test('is joined while its CA is published.', () => {
    expect(decide(published, wish('ca'))).toMatchObject({ kind: 'join' });
    expect(decide(published, wish('import', mine))).toMatchObject({ kind: 'join' });
  });

  // The thief of a key may have read the next one in the same Secret, and who gives a settle time wants it kept.
  test.each<[string, string, string, Partial<Wish>]>([
    ['the same reason', 'join', 'join', { reason: 'other' }],
    ['another reason', 'queue', 'ask', { reason: 'stolen key', settleMs: 120_000, wait: true }],
    ['no reason and the same settle time', 'join', 'join', { settleMs: 60_000 }],
    ['no reason and another settle time', 'queue', 'ask', { settleMs: 120_000 }],
  ])('makes a wish with %s %s while it is published, and %s while it settles.', (_, first, then, more) => {
    const running = { lastRequestId: makeRequestId('ca', 'other'), settleMs: 60_000 };

    expect(decide({ ...published, ...running }, wish('ca', more))).toMatchObject({ kind: first });
    expect(decide(switchedView(running), wish('ca', more))).toMatchObject({ kind: then });
  });

  test('is replaced, and not only waited for, by a wish with a reason of its own.', () => {
    expect(decide(switchedView(), wish('ca', { reason: 'stolen key' }))).toEqual({
      kind: 'ask',
      target: { kind: 'ca', before: { caSha256: ca2.sha256, leafSerial: leaf2.serial } },
    });
  });

  test('goes before the import of another CA, and does not hold up a leaf.', () => {
    expect(decide(published, wish('import', { caSha256: 'another' }))).toMatchObject({ kind: 'queue' });
    expect(decide(published, wish('leaf'))).toMatchObject({ kind: 'ask' });
  });

  test('is joined until every replica serves under it; then another one may begin.', () => {
    expect(decide(switchedView(), wish('ca'))).toMatchObject({ kind: 'join', target: { before: {} } });
    expect(decide(switchedView(allServed), wish('ca'))).toMatchObject({ kind: 'ask' });
  });

  test('counts for an import only if it is of the same CA.', () => {
    expect(decide(switchedView(), wish('import', mine))).toMatchObject({ kind: 'join' });
    expect(decide(switchedView(allServed), wish('import', mine))).toMatchObject({ kind: 'done' });
    expect(decide(switchedView(allServed), wish('import', { ...mine, wait: true }))).toMatchObject({ kind: 'join' });
    expect(decide(switchedView(), wish('import', { caSha256: 'another' }))).toMatchObject({ kind: 'ask' });
  });
});

describe('The reason of the last rotation', () => {
  const lastRequestId = makeRequestId('ca', 'yearly');

  test('given again makes nothing, even after automatic renewals and rotations of the other kind.', () => {
    const renewed = { lastReason: 'the leaf ends soon' };
    const earlier = { lastRequestId: makeRequestId('leaf', 'x'), earlierRequestId: lastRequestId };

    expect(decide(sampleView({ lastRequestId, ...renewed }), wish('ca', { reason: 'yearly' }))).toEqual({
      kind: 'done',
      says: 'nothing to do: the last ca rotation that was asked for had the same reason',
    });
    expect(decide(sampleView(earlier), wish('ca', { reason: 'yearly' }))).toMatchObject({ kind: 'done' });
  });

  test('counts for its own kind, and only when it is given again.', () => {
    const view = sampleView({ lastRequestId });

    expect(decide(view, wish('leaf', { reason: 'yearly' }))).toMatchObject({ kind: 'ask' });
    expect(decide(view, wish('ca', { reason: 'once more' }))).toMatchObject({ kind: 'ask' });
    expect(decide(view, wish('ca'))).toMatchObject({ kind: 'ask' });
  });

  test('given again while it runs joins it, with --wait until the old CA is dropped.', () => {
    const again = wish('ca', { reason: 'yearly' });

    expect(decide(switchedView({ lastRequestId }), again)).toMatchObject({ kind: 'join' });
    expect(decide(switchedView({ lastRequestId, ...allServed }), again)).toMatchObject({ kind: 'done' });
    expect(decide(switchedView({ lastRequestId, ...allServed }), { ...again, wait: true })).toMatchObject({
      kind: 'join',
    });
  });
});

test('A rotation of the leaf is joined while some replica serves the old one.', () => {
  const view = sampleView({ leaf: leaf2, lastRequestId: makeRequestId('leaf', undefined) });

  expect(decide(view, wish('leaf'))).toMatchObject({ kind: 'join', target: { kind: 'leaf', before: {} } });
  expect(decide({ ...view, ...allServed }, wish('leaf'))).toMatchObject({ kind: 'ask' });
  expect(decide(view, wish('leaf', { reason: 'stolen key' }))).toMatchObject({ kind: 'ask' });
});
