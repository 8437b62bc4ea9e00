import { expect, test } from '@jest/globals';
import { createLogger } from './logger.ts';

function linesOf(write: (log: ReturnType<typeof createLogger>) => void): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  write(createLogger({ program: 'tester', level: 'info', destination }));
  return lines;
}

test('a line has time, level by name, program and message', () => {
  const [line, ...more] = linesOf((log) => {
    log.info({ pod: 'a/b' }, 'gate opened');
    log.debug('not shown');
  });
  expect(line).toEqual({ level: 'info', time: expect.any(String), program: 'tester', pod: 'a/b', msg: 'gate opened' });
  expect(new Date(String(line?.['time'])).toISOString()).toBe(line?.['time']);
  expect(more).toEqual([]);
});

test('secrets are hidden at every depth that we log', () => {
  const secrets = { authorization: 'xyz', token: 'xyz', secretKey: 'xyz', SecretId: 'xyz', password: 'xyz' };
  const lines = linesOf((log) =>
    log.info({ ...secrets, a: secrets, b: { headers: secrets }, c: { d: { e: secrets } } }, 'x'),
  );
  expect(JSON.stringify(lines)).not.toContain('xyz');
  expect(lines[0]).toMatchObject({ token: '[hidden]', c: { d: { e: { SecretId: '[hidden]' } } } });
});

test('an error is its type, message, code and causes, and never the request that hangs on it', () => {
  const cause = Object.assign(new Error('connect refused'), { code: 'ECONNREFUSED', request: { body: 'xyz' } });
  const error = Object.assign(new Error('call failed', { cause }), {
    status: 503,
    reason: 'Busy',
    config: { data: 'xyz' },
    body: 'xyz',
  });
  const [line] = linesOf((log) => log.error({ err: error }, 'x'));
  expect(line?.['err']).toMatchObject({
    type: 'Error',
    message: 'call failed',
    status: 503,
    reason: 'Busy',
    stack: expect.stringContaining('logger.test'),
    cause: { message: 'connect refused', code: 'ECONNREFUSED' },
  });
  expect(JSON.stringify(line)).not.toContain('xyz');
});

test('several errors in one are all logged, endless causes are not', () => {
  const endless = new Error('again');
  endless.cause = endless;
  const both = new AggregateError([new Error('one'), endless], 'both');
  const [line] = linesOf((log) => log.error({ err: both }, 'x'));
  expect(line?.['err']).toMatchObject({ message: 'both', errors: [{ message: 'one' }, { message: 'again' }] });
});

test('an error that explains itself has no stack, unless it comes with one that does not', () => {
  const explained = () => Object.assign(new Error('no such region'), { explained: true });
  const stackOf = (err: Error) => {
    const [line] = linesOf((log) => log.error({ err }, 'x'));
    return (line?.['err'] as { stack?: string }).stack;
  };
  expect(stackOf(explained())).toBeUndefined();
  expect(stackOf(new AggregateError([explained(), explained()], 'in part'))).toBeUndefined();
  expect(stackOf(new AggregateError([explained(), new Error('bug')], 'in part'))).toContain('logger.test');
  expect(stackOf(new AggregateError([], 'none'))).toContain('logger.test');
});

test('a token in a message is hidden, and a giant message is cut', () => {
  const [line] = linesOf((log) =>
    log.error({ err: new Error(`Authorization: Bearer abc.def-123 ${'x'.repeat(9_999)}`) }, 'x'),
  );
  const { message } = line?.['err'] as { message: string };
  expect(message).toMatch(/^Authorization: Bearer \[hidden\] x/);
  expect(message.length).toBeLessThan(2_100);
});

test('a thrown value that is no Error does not break the line', () => {
  const [line] = linesOf((log) => log.error({ err: { body: 'xyz' } }, 'x'));
  expect(line).toMatchObject({ msg: 'x', err: { type: 'object' } });
});

test('what others wrote into an error is bounded and printable; a stack stays lines', () => {
  const [line] = linesOf((log) => log.error({ err: new Error(`no: \u001b[2J\u009b\n${'x'.repeat(100_000)}`) }, 'x'));
  const { message, stack } = line?.['err'] as { message: string; stack: string };
  expect(message).toMatch(/^no: \\u001b\[2J\\u009b\\nx+…$/);
  expect(message.length).toBeLessThanOrEqual(2_000);
  expect(stack.split('\n')[0]).toBe(String.raw`Error: no: \u001b[2J\u009b`);
});
