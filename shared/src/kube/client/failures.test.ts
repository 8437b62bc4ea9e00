import { expect, test } from '@jest/globals';
import { refusal, watchRefusal } from './failures.ts';

const text = `denied: \u001b[2J\n${'x'.repeat(100_000)}`;

test.each([
  ['an answer', refusal('GET /x', { statusCode: 400, headers: {} }, JSON.stringify({ message: text }))],
  ['an answer that is no Status', refusal('GET /x', { statusCode: 400, headers: {} }, text)],
  ['an ERROR event', watchRefusal('GET /x', { code: 400, message: text })],
])('What the API server says in %s is one bounded line.', (_, { message }) => {
  expect(message).toMatch(/^GET \/x: (400 )?denied: \\u001b\[2J\\nx+…$/);
  expect(message.length).toBeLessThanOrEqual(1_000);
});
