import { beforeEach, describe, expect, test } from '@jest/globals';
import { createLogger } from '../../runtime/logger.ts';
import type { EventToRecord } from './event.ts';
import { createReporter, type Report, type Reporter, type ReporterOptions } from './reporter.ts';

let nowMs: number;
let events: EventToRecord[];
let lines: Record<string, unknown>[];
beforeEach(() => {
  nowMs = 0;
  events = [];
  lines = [];
});

function reporterWith(options: Pick<ReporterOptions, 'repeat'> = {}): Reporter {
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  const log = createLogger({ program: 'test', level: 'info', destination });
  const recorder = { record: (event: EventToRecord) => void events.push(event), flush: () => Promise.resolve() };
  return createReporter({ recorder, log, nowMs: () => nowMs, ...options });
}

const about = { apiVersion: 'v1', kind: 'Secret', namespace: 'ns', name: 'certs', uid: 'u' };
const report: Report = { severity: 'Warning', reason: 'NoPodFits', message: 'It is broken. Repair it.', about };
const messages = () => events.map(({ message }) => message);

test('A report becomes an Event and a log line of its severity, with its details.', () => {
  const reporter = reporterWith();
  reporter.report(report, { fields: ['a'] });
  reporter.report({ ...report, severity: 'Normal' });
  const { reason, message } = report;
  expect(events).toEqual(['Warning', 'Normal'].map((type) => ({ regarding: about, type, reason, message })));
  expect(lines).toMatchObject([
    { level: 'warn', reason, about, msg: message, fields: ['a'] },
    { level: 'info', reason, about, msg: message },
  ]);
});

test('Without a limit each report is said; the recorder counts equal ones.', () => {
  const reporter = reporterWith();
  reporter.report(report);
  reporter.report(report);
  expect([events.length, lines.length]).toEqual([2, 2]);
});

test('By message: the same message waits, another message and another object do not.', () => {
  const reporter = reporterWith();
  const say = (changed: Partial<Report>) =>
    reporter.report({ ...report, repeat: { by: 'message', afterMs: 1_000 }, ...changed });
  say({ message: 'one' });
  say({ message: 'one' });
  say({ message: 'two' });
  say({ message: 'one' });
  expect(messages()).toEqual(['one', 'two']);
  say({ message: 'one', about: { ...about, uid: 'another' } });
  nowMs = 1_000;
  say({ message: 'one' });
  expect([messages(), lines.length]).toEqual([['one', 'two', 'one', 'one'], 4]);
});

test('By reason and part: findings about one part wait, those about another do not.', () => {
  const reporter = reporterWith();
  const say = (message: string, part: string) =>
    reporter.report({ ...report, message, repeat: { by: 'reason', afterMs: 1_000, part } });
  say('one', 'TCP/80');
  say('two', 'TCP/80');
  say('three', 'TCP/81');
  expect(messages()).toEqual(['one', 'three']);
});

test('By reason: it waits, whatever the message says; another reason does not.', () => {
  const reporter = reporterWith();
  const say = (changed: Partial<Report>) =>
    reporter.report({ ...report, repeat: { by: 'reason', afterMs: 1_000 }, ...changed });
  say({ message: 'one' });
  say({ message: 'two' });
  say({ message: 'three', reason: 'LeftToTke' });
  nowMs = 1_000;
  say({ message: 'four' });
  expect(messages()).toEqual(['one', 'three', 'four']);
});

test('Across UIDs: an object that was made again waits too.', () => {
  const reporter = reporterWith();
  for (const uid of ['one', 'two']) {
    reporter.report({
      ...report,
      repeat: { by: 'message', afterMs: 1_000, acrossUids: true },
      about: { ...about, uid },
    });
  }
  expect(events).toHaveLength(1);
});

test('The limit of the reporter counts where a report has none.', () => {
  const reporter = reporterWith({ repeat: { by: 'message', afterMs: 1_000 } });
  reporter.report(report);
  reporter.report(report);
  reporter.report({ ...report, repeat: { by: 'message', afterMs: 0 } });
  expect(events).toHaveLength(2);
});

test('A text of others becomes one bounded line, in the Event and in the log.', () => {
  const evil = `it is "${'\u001b[2J\n'.repeat(100_000)}"`;
  reporterWith().report({ ...report, message: evil });
  const [message = ''] = messages();
  expect(message).toMatch(/^it is "\\u001b\[2J\\n\\u001b\[2J.*…$/);
  expect(message.length).toBeLessThanOrEqual(1_000);
  expect(lines[0]?.['msg']).toBe(message);
});

describe('Of an object with more to say than anybody reads', () => {
  const hourly = { by: 'message', afterMs: 3_600_000 } as const;
  const say = (reporter: Reporter, count: number) => {
    for (let at = 0; at < count; at++) reporter.report({ ...report, message: `thing ${at}`, repeat: hourly });
  };

  test('a bounded part is said and logged, and the rest as there is room.', () => {
    const reporter = reporterWith();
    say(reporter, 12_000);
    expect([events.length, lines.length]).toEqual([100, 101]);
    expect(lines[100]).toMatchObject({ about, msg: 'too much is said of one object, some of it is left out' });
    nowMs = 100_000;
    say(reporter, 12_000);
    expect([messages()[109], lines.length]).toEqual(['thing 109', 111]);
  });

  test('others are heard, and what they said is not repeated, however many objects their neighbour has.', () => {
    const reporter = reporterWith();
    const quiet = { ...report, about: { ...about, namespace: 'other' }, repeat: hourly };
    reporter.report(quiet);
    for (let at = 0; at < 150; at++) {
      for (let thing = 0; thing < 100; thing++) {
        reporter.report({ ...report, message: `thing ${thing}`, repeat: hourly, about: { ...about, uid: `u${at}` } });
      }
    }
    reporter.report(quiet);
    expect(events.filter(({ regarding }) => regarding.namespace === 'other')).toHaveLength(1);
  });
});
