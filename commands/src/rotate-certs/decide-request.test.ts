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

  test('is named with its reason.', () => {
    expect(decide(sampleView({ pending: pending('ca', 'yearly') }), wish('ca'))).toMatchObject({
      says: 'a new CA ("yearly") is asked for already; joining it',
    });
  });
});

describe('A rotation of the CA that runs', () => {
  const published = sampleView({ phase: 'published', nextCa: ca2, lastRequestId: makeRequestId('ca', 'other') });

  test('is joined while its CA is published, with any reason.', () => {
    expect(decide(published, wish('ca', { reason: 'mine' }))).toMatchObject({ kind: 'join' });
    expect(decide(published, wish('import', mine))).toMatchObject({ kind: 'join' });
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
});
