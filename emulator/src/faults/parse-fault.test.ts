import { expect, test } from '@jest/globals';
import { parseFault, FaultError } from './parse-fault.ts';

function problemsOf(fault: unknown): string[] {
  try {
    parseFault(fault);
  } catch (error) {
    if (error instanceof FaultError) return [...error.problems];
    throw error;
  }
  return [];
}

test('a fault that is right comes back as it is', () => {
  const fault = { kind: 'latency', action: 'CreateListener', delayMs: 50, probability: 0.5, times: 2, forMs: 1000 };
  expect(parseFault(fault)).toBe(fault);
});

test.each<[string, unknown, string]>([
  [
    'a field of the wrong size',
    { kind: 'http-status', status: 200 },
    'status: got 200, expects an HTTP status from 300 to 599',
  ],
  [
    'a field of the wrong type',
    { kind: 'throttle', times: 'once' },
    'times: got "once", expects a whole number from 1 to 1000000',
  ],
  ['a word that is not one of those', { kind: 'reset', when: 'later' }, 'when: got "later", expects before or after'],
  ['a missing field', { kind: 'latency' }, 'delayMs: is missing; write milliseconds from 1 to 86400000'],
  [
    'an action that cannot be one',
    { kind: 'throttle', action: 'describe all' },
    'action: got "describe all", expects the name of an API action',
  ],
])('%s is refused with what is expected', (_name, fault, problem) => {
  expect(problemsOf(fault)).toEqual([problem]);
});

test('a field that the kind does not have is refused with the list of those that it has', () => {
  const [problem] = problemsOf({ kind: 'refuse-probes', action: 'CreateListener' });
  expect(problem).toBe(
    'action: refuse-probes has no such field; ' +
      'it takes loadBalancerId, listenerId, ip, port, probability, times, afterMs, forMs',
  );
});

test('a value that is no fault is refused with the list of kinds', () => {
  expect(problemsOf({ kind: 'earthquake' })[0]).toMatch(
    /^kind: got "earthquake", expects one of latency, http-status,/,
  );
  expect(problemsOf({})[0]).toMatch(/^kind: got nothing, expects one of latency/);
  expect(problemsOf([])[0]).toMatch(/^got \[\], expects an object with "kind"/);
});

test('all problems of a fault are listed at once', () => {
  expect(problemsOf({ kind: 'latency', delayMs: -1, probability: 2 })).toHaveLength(2);
});
