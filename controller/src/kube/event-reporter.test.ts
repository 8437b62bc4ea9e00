import { expect, test } from '@jest/globals';
import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import type { EventToRecord } from '@clb-direct/shared/kube/events/event-recorder.ts';
import type { OwnerKind } from '../core/model/owner.ts';
import { anOwner, aPod } from '../testing/builders.ts';
import { createEventReporter } from './event-reporter.ts';

const finding: Finding = { severity: 'Warning', reason: 'NoPodFits', message: 'No pod fits.', repeatMs: 1_000 };
const event = { type: 'Warning', reason: 'NoPodFits', message: 'No pod fits.' };

function eventOf(report: (reporter: ReturnType<typeof createEventReporter>) => void): EventToRecord | undefined {
  const events: EventToRecord[] = [];
  report(createEventReporter({ record: (one) => events.push(one), flush: () => Promise.resolve() }));
  return events[0];
}

test('A finding about a pod is an Event about it.', () => {
  const regarding = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web-1', uid: 'uid-web-1' };
  expect(eventOf((reporter) => reporter.aboutPod(aPod(), finding))).toEqual({ regarding, ...event });
});

test.each<[OwnerKind, string]>([
  ['Service', 'v1'],
  ['Ingress', 'networking.k8s.io/v1'],
  ['Gateway', 'gateway.networking.k8s.io/v1'],
])('A finding about an owner of kind %s is an Event about an object of %s.', (kind, apiVersion) => {
  const regarding = { apiVersion, kind, namespace: 'shop', name: 'web', uid: 'uid-web' };
  const owner = { ...anOwner(), kind };
  expect(eventOf((reporter) => reporter.aboutOwner(owner, finding))).toEqual({ regarding, ...event });
});
