import type { Advanced } from '@clb-direct/certs/advance-certificates.ts';
import { decodeSecret } from '@clb-direct/certs/secret-format.ts';
import type { EventToRecord } from '@clb-direct/shared/kube/events/event.ts';
import { createReporter } from '@clb-direct/shared/kube/events/reporter.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { beforeEach, expect, test } from '@jest/globals';
import { createCertificateFindings, type CertificateFindings } from './certificate-findings.ts';

let nowMs: number;
let events: EventToRecord[];
let findings: CertificateFindings;
beforeEach(() => {
  nowMs = 0;
  events = [];
  const recorder = { record: (event: EventToRecord) => void events.push(event), flush: () => Promise.resolve() };
  const log = createLogger({ program: 'test', level: 'silent' });
  const reporter = createReporter({ recorder, log, nowMs: () => nowMs });
  findings = createCertificateFindings({ reporter, namespace: 'ns', secretName: 'certs', pod: 'one' });
});

const secret = { stored: decodeSecret({}), uid: 'u', resourceVersion: '1' };
const unchanged: Advanced = { secret, bundle: '', recheckMs: 0, phase: 'stable', warnings: [] };

function eventsOf(done: Partial<Advanced>): readonly EventToRecord[] {
  findings.advanced({ ...unchanged, ...done });
  return events;
}

test('the certificates of a first start are reported as made', () => {
  const [event, ...others] = eventsOf({ step: 'emergency', isRepair: false, reason: 'there was no Secret' });
  const message = 'CA and certificate were created: there was no Secret.';
  expect(event).toMatchObject({ type: 'Normal', reason: 'CertificatesMade', message });
  expect(event?.regarding).toMatchObject({ kind: 'Secret', name: 'certs', uid: 'u' });
  expect(others).toEqual([]);
});

test('certificates that were lost are reported as replaced, with a warning', () => {
  const reported = eventsOf({ step: 'emergency', isRepair: true, reason: 'the CA expired' });
  expect(reported).toMatchObject([{ type: 'Warning', reason: 'CertificatesReplaced' }]);
});

test('a warning that stays is reported once an hour, another one at once', () => {
  for (const warnings of [['a'], ['a'], ['a', 'b']]) eventsOf({ warnings });
  expect(events.map(({ reason, message }) => [reason, message])).toEqual([
    ['CertificateWarning', 'a'],
    ['CertificateWarning', 'b'],
  ]);
  nowMs = 3_600_000;
  expect(eventsOf({ warnings: ['a'] })).toHaveLength(3);
});

test('a Secret that is contested is reported once in five minutes, although each is a new one', () => {
  const contest = (uid: string) => findings.secretContested({ ...unchanged, secret: { ...secret, uid } });
  contest('one');
  nowMs = 299_999;
  contest('two');
  expect(events).toMatchObject([{ type: 'Warning', reason: 'SecretContested' }]);
  nowMs = 300_000;
  contest('three');
  expect(events).toHaveLength(2);
});

test('a clock that is off by more than a minute is reported once an hour, though the minutes change', () => {
  for (const offsetMs of [60_000, -60_000]) findings.clock(unchanged, offsetMs);
  expect(events).toEqual([]);
  for (const offsetMs of [-120_000, -180_000]) findings.clock(unchanged, offsetMs);
  expect(events).toMatchObject([{ type: 'Warning', reason: 'ClockSkewed' }]);
  expect(events[0]?.message).toContain('pod one is about 2 min ahead of');
  nowMs = 3_600_000;
  findings.clock(unchanged, 120_000);
  expect(events[1]?.message).toContain('2 min behind');
});
