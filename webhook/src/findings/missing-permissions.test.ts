import { createMemoryApi } from '@clb-direct/certs/testing/memory-api.ts';
import type { EventToRecord } from '@clb-direct/shared/kube/events/event.ts';
import { createReporter } from '@clb-direct/shared/kube/events/reporter.ts';
import { KubeError } from '@clb-direct/shared/kube/client/kube-api.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { beforeEach, expect, test } from '@jest/globals';
import { observeFailures, watchMissingPermissions } from './missing-permissions.ts';

let nowMs: number;
let stop: AbortController;
let events: EventToRecord[];
let lines: string[];
let onFailure: (error: unknown) => void;
beforeEach(() => {
  nowMs = 1_000_000;
  stop = new AbortController();
  events = [];
  lines = [];
  const recorder = { record: (event: EventToRecord) => void events.push(event), flush: () => Promise.resolve() };
  const log = createLogger({ program: 'test', level: 'warn', destination: { write: (line) => void lines.push(line) } });
  const monotonicMs = () => nowMs;
  const reporter = createReporter({ recorder, log, nowMs: monotonicMs });
  onFailure = watchMissingPermissions({ reporter, namespace: 'ns', monotonicMs, signal: stop.signal });
});

function refused(verb: string, resource: string, group = ''): KubeError {
  const user = 'User "system:serviceaccount:ns:clb-direct-webhook"';
  const message =
    `GET /x: 403 ${resource} "x" is forbidden: ${user} cannot ${verb} resource "${resource}" ` +
    `in API group "${group}" at the cluster scope`;
  return new KubeError({ status: 403, reason: 'Forbidden', message });
}

/** The loops try again and again. */
function goOn(ms: number, ...errors: readonly unknown[]): void {
  for (const endMs = nowMs + ms; nowMs < endMs; nowMs += 1_000) errors.forEach(onFailure);
}

test('permissions that stay missing are reported once, and then once a minute, with the role that has them', () => {
  goOn(60_000, refused('get', 'namespaces'), refused('list', 'mutatingwebhookconfigurations', 'admission.io'));
  expect(events).toMatchObject([{ type: 'Warning', reason: 'RightsMissing', regarding: { kind: 'ServiceAccount' } }]);
  expect(events[0]?.message).toContain(
    'refuses: get namespaces, list mutatingwebhookconfigurations.admission.io. ' +
      'These permissions are in ClusterRole clb-direct-webhook;',
  );
  expect(lines).toHaveLength(1);
  goOn(60_000, refused('get', 'namespaces'));
  expect(lines).toHaveLength(2);
});

test.each([
  ['leases', 'coordination.k8s.io', 'Role ns/clb-direct-webhook;'],
  ['configmaps', '', 'Role kube-system/clb-direct-webhook;'],
])('the permission to read %s is looked for in the Namespace', (resource, group, place) => {
  goOn(5_000, refused('get', resource, group));
  expect(events[0]?.message).toContain(place);
});

test('what came back long ago is not reported with what is lost later', () => {
  goOn(5_000, refused('get', 'namespaces'));
  nowMs += 180_000;
  goOn(5_000, refused('get', 'secrets'));
  expect(events[1]?.message).toContain('refuses: get secrets.');
});

test('a permission that is late at an install is not reported', () => {
  goOn(1_000, refused('get', 'namespaces'));
  nowMs += 300_000;
  goOn(1_000, refused('get', 'namespaces'));
  expect([events, lines]).toEqual([[], []]);
});

test('a program that is asked to stop reports no permissions', () => {
  stop.abort();
  goOn(5_000, refused('get', 'namespaces'));
  expect(events).toEqual([]);
});

test.each([
  ['a failure of another kind', 500, 'cannot get resource "x" in API group "y"'],
  ['a quota', 403, 'secrets "x" is forbidden: exceeded quota'],
])('%s is no missing permission', (_, status, message) => {
  goOn(5_000, new KubeError({ status, reason: 'x', message }), new Error('cannot get resource "x" in API group "y"'));
  expect(events).toEqual([]);
});

test('every call that fails is passed on, and fails all the same', async () => {
  const failures: unknown[] = [];
  const api = observeFailures(createMemoryApi(), (error) => void failures.push(error));
  await expect(api.call({ method: 'GET', path: '/x', signal: stop.signal })).rejects.toMatchObject({ status: 404 });
  expect(failures).toMatchObject([{ status: 404 }]);
});
