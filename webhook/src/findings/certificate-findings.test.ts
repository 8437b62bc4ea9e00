import type { Advanced } from '@clb-direct/certs/advance-certificates.ts';
import { decodeSecret } from '@clb-direct/certs/secret-format.ts';
import type { EventToRecord } from '@clb-direct/shared/kube/events/event-recorder.ts';
import { expect, test } from '@jest/globals';
import { createCertificateAnnouncer } from './certificate-findings.ts';

function eventsOf(done: Partial<Advanced>): readonly EventToRecord[] {
  const events: EventToRecord[] = [];
  const recorder = { record: (event: EventToRecord) => void events.push(event), flush: () => Promise.resolve() };
  const names = { namespace: 'ns', secretName: 'certs', pod: 'one' };
  const secret = { stored: decodeSecret({}), uid: 'u', resourceVersion: '1' };
  const usual = { secret, bundle: '', recheckMs: 0, phase: 'stable', warnings: [] } as const;
  createCertificateAnnouncer({ recorder, ...names }).advanced({ ...usual, ...done });
  return events;
}

test('the certificates of a first start are told as made', () => {
  const [event, ...others] = eventsOf({ step: 'emergency', isRepair: false, reason: 'there was no Secret' });
  const message = 'CA and certificate were made: there was no Secret.';
  expect(event).toMatchObject({ type: 'Normal', reason: 'CertificatesMade', message });
  expect(event?.regarding).toMatchObject({ kind: 'Secret', name: 'certs', uid: 'u' });
  expect(others).toEqual([]);
});

test('certificates that were lost are told as replaced, with a warning', () => {
  const events = eventsOf({ step: 'emergency', isRepair: true, reason: 'the CA expired' });
  expect(events).toMatchObject([{ type: 'Warning', reason: 'CertificatesReplaced' }]);
});
