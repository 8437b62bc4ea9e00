import type { EventToRecord } from '@clb-direct/shared/kube/events/event.ts';
import { createReporter } from '@clb-direct/shared/kube/events/reporter.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { beforeEach, expect, test } from '@jest/globals';
import type { OwnedObject } from '../owned-objects/owned-object.ts';
import type { RepairFindings } from '../owned-objects/repair/repair-object.ts';
import { createRepairFindings } from './repair-findings.ts';

let nowMs: number;
let events: EventToRecord[];
let findings: RepairFindings;
beforeEach(() => {
  nowMs = 0;
  events = [];
  const recorder = { record: (event: EventToRecord) => void events.push(event), flush: () => Promise.resolve() };
  const log = createLogger({ program: 'test', level: 'silent' });
  const reporter = createReporter({ recorder, log, nowMs: () => nowMs });
  findings = createRepairFindings({ reporter, fieldManager: 'us', namespace: 'ns', serviceName: 'hook' });
});

function drifted(...drifts: readonly string[]): OwnedObject {
  const repair = () => Promise.resolve({ written: {}, left: [] });
  return { kind: 'service', live: {}, drifts, pathOf: () => [], repair };
}

const withUid = (uid: string) => ({ metadata: { uid } });

test('what is contested is reported once in 5 minutes, also of an object made again; another field at once', () => {
  findings.contested(drifted('missing'), withUid('one'));
  nowMs = 299_999;
  findings.contested(drifted('missing'), withUid('two'));
  expect(events).toMatchObject([{ reason: 'ServiceContested', regarding: { name: 'hook', uid: 'one' } }]);
  findings.contested(drifted('port'), withUid('two'));
  expect(events).toHaveLength(2);
  nowMs = 300_000;
  findings.contested(drifted('missing'), withUid('three'));
  expect(events).toHaveLength(3);
});

test('fields that the API server does not keep are reported once an hour', () => {
  const notKept = () => findings.notKept(drifted('matchConditions'), withUid('one'));
  notKept();
  nowMs = 3_599_999;
  notKept();
  expect(events).toMatchObject([{ type: 'Warning', reason: 'FieldsNotKept' }]);
  expect(events[0]?.message).toContain('does not keep these fields as written: matchConditions.');
  nowMs = 3_600_000;
  notKept();
  expect(events).toHaveLength(2);
});

test('each repair is reported', () => {
  findings.repaired(drifted('port'), withUid('one'));
  findings.repaired(drifted('port'), withUid('one'));
  expect(events.map(({ reason }) => reason)).toEqual(['ServiceRepaired', 'ServiceRepaired']);
});
