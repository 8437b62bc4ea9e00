import { expect, test } from '@jest/globals';
import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import type { Report } from '@clb-direct/shared/kube/events/reporter.ts';
import type { OwnerKind } from '../core/model/owner.ts';
import { anOwner, aPod } from '../testing/builders.ts';
import { createOwnerReporter } from './owner-reporter.ts';

const finding: Finding = { severity: 'Warning', reason: 'NoPodFits', message: 'No pod fits.' };

function reportOf(say: (reporter: ReturnType<typeof createOwnerReporter>) => void): Report | undefined {
  const reports: Report[] = [];
  say(createOwnerReporter({ report: (one) => reports.push(one) }));
  return reports[0];
}

test('A finding about a pod is an Event about it.', () => {
  const about = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web-1', uid: 'uid-web-1' };
  expect(reportOf((reporter) => reporter.aboutPod(aPod(), finding))).toEqual({ about, ...finding });
});

test.each<[OwnerKind, string]>([
  ['Service', 'v1'],
  ['Ingress', 'networking.k8s.io/v1'],
  ['Gateway', 'gateway.networking.k8s.io/v1'],
])('A finding about an owner of kind %s is an Event about an object of %s.', (kind, apiVersion) => {
  const about = { apiVersion, kind, namespace: 'shop', name: 'web', uid: 'uid-web' };
  const owner = { ...anOwner(), kind };
  expect(reportOf((reporter) => reporter.aboutOwner(owner, finding))).toEqual({ about, ...finding });
});
