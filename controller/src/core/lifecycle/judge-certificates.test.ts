import { describe, expect, test } from '@jest/globals';
import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import type { UploadedCertificate, WantedCertificate } from '../model/certificate.ts';
import { endsSoon, judgeCertificates, type CertificateFacts } from './judge-certificates.ts';

const dayMs = 86_400_000;
const timeMs = Date.parse('2026-06-01');

function wanted(fingerprint: string, overrides: Partial<WantedCertificate> = {}): WantedCertificate {
  const secret = { kind: 'Secret', namespace: 'shop', name: `of-${fingerprint}` } as const;
  return { secret, fingerprint, notBeforeMs: timeMs - 30 * dayMs, notAfterMs: timeMs + 60 * dayMs, ...overrides };
}

const nothing: CertificateFacts = {
  wanted: [],
  standing: [],
  known: new Map(),
  unneededSinceMs: new Map(),
  unneededMs: 60_000,
  nowMs: 1_000_000,
  timeMs,
};
const judge = (facts: Partial<CertificateFacts>) => judgeCertificates({ ...nothing, ...facts });
const standing = (...all: readonly string[]): readonly UploadedCertificate[] =>
  all.map((text) => ({ id: text.split('=')[0] ?? '', fingerprint: text.split('=')[1] ?? '' }));

describe('what is wanted', () => {
  test('and does not stand is uploaded once, however many want it', () => {
    const plan = judge({ wanted: [wanted('a'), wanted('a'), wanted('b')] });
    expect(plan.uploads.map(({ fingerprint }) => fingerprint)).toEqual(['a', 'b']);
  });

  test('and stands is used', () => {
    const plan = judge({ wanted: [wanted('a')], standing: standing('one=a') });
    expect([plan.uses, plan.uploads, plan.unneeded]).toEqual([new Map([['a', 'one']]), [], []]);
  });

  test('and stands twice is used as before, and the other one is not needed', () => {
    const facts = { wanted: [wanted('a')], standing: standing('one=a', 'two=a') };
    const plan = judge({ ...facts, known: new Map([['a', { id: 'two', atMs: 0 }]]) });
    expect([plan.uses.get('a'), plan.unneeded]).toEqual(['two', ['one']]);
    expect(judge(facts).uses.get('a')).toBe('one');
  });

  test('and was just uploaded counts as standing for two minutes, also before the list shows it', () => {
    const known = new Map([['a', { id: 'one', atMs: nothing.nowMs - 119_000 }]]);
    expect(judge({ wanted: [wanted('a')], known }).uploads).toEqual([]);
    const older = new Map([['a', { id: 'one', atMs: nothing.nowMs - 120_000 }]]);
    expect(judge({ wanted: [wanted('a')], known: older }).uploads).toHaveLength(1);
  });

  test('and has ended is not uploaded; where it stands it is used on', () => {
    const ended = wanted('a', { notAfterMs: timeMs });
    expect(judge({ wanted: [ended] })).toMatchObject({ uploads: [], expired: [ended] });
    expect(judge({ wanted: [ended], standing: standing('one=a') })).toMatchObject({ uploads: [], expired: [] });
  });
});

test('What nobody wants goes when it was not needed for long enough.', () => {
  const facts = { standing: standing('one=a', 'two=b', 'three=c') };
  const since = (ms: number) => nothing.nowMs - ms;
  const unneededSinceMs = new Map([
    ['one', since(60_000)],
    ['two', since(59_999)],
  ]);
  const plan = judge({ ...facts, unneededSinceMs });
  expect([plan.unneeded, plan.deletions]).toEqual([['one', 'two', 'three'], ['one']]);
});

test('Whatever is wanted and stands: nothing that is used goes, each content is used or uploaded once.', () => {
  const letter = fc.constantFrom('a', 'b', 'c');
  const some = fc.record({
    wanted: fc.array(letter, { maxLength: 5 }).map((all) => all.map((one) => wanted(one))),
    standing: fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 9 }), letter), { selector: ([id]) => id }),
    known: fc.array(fc.tuple(letter, fc.integer({ min: 0, max: 9 })), { maxLength: 3 }),
    since: fc.array(fc.integer({ min: 0, max: 9 })),
  });
  fc.assert(
    fc.property(some, ({ wanted: all, standing: ids, known, since }) => {
      const plan = judge({
        wanted: all,
        standing: ids.map(([id, fingerprint]) => ({ id: String(id), fingerprint })),
        known: new Map(known.map(([fingerprint, id]) => [fingerprint, { id: String(id), atMs: 0 }])),
        unneededSinceMs: new Map(since.map((id) => [String(id), 0])),
      });
      const used = [...plan.uses.values()];
      expect(plan.unneeded.filter((id) => used.includes(id))).toEqual([]);
      expect(plan.deletions.every((id) => plan.unneeded.includes(id))).toBe(true);
      const served = [...plan.uses.keys(), ...plan.uploads.map(({ fingerprint }) => fingerprint)];
      expect(served.toSorted()).toEqual([...new Set(all.map(({ fingerprint }) => fingerprint))].toSorted());
      for (const [fingerprint, id] of plan.uses) expect(ids).toContainEqual([Number(id), fingerprint]);
    }),
  );
});

test.each([
  ['14 days of 90', 90, 14, false],
  ['less than 14 days of 90', 90, 13.9, true],
  ['an hour of a day', 1, 1 / 24, true],
  ['5 hours of a day', 1, 5 / 24, false],
  ['none', 90, -1, true],
])('With %s left a certificate of %d days that has %d ends soon: %j', (_, lifeDays, leftDays, soon) => {
  const notAfterMs = timeMs + leftDays * dayMs;
  expect(endsSoon(wanted('a', { notAfterMs, notBeforeMs: notAfterMs - lifeDays * dayMs }), timeMs)).toBe(soon);
});
