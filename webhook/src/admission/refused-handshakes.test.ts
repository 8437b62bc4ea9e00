import { expect, test } from '@jest/globals';
import { createBell } from '../reconcile-loop/trigger.ts';
import { createRefusalAlarm } from './refused-handshakes.ts';

test('a refused certificate rings the bell, at most every five seconds; everything is counted', () => {
  let [nowMs, rings] = [0, 0];
  const counted: string[] = [];
  const bell = createBell();
  bell.onRing(() => (rings += 1));
  const metrics = { handshakeFailed: (code: string) => void counted.push(code) };
  const alarm = createRefusalAlarm({ metrics, bell, monotonicMs: () => nowMs });
  const refused = 'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE';
  alarm('ECONNRESET');
  expect(rings).toBe(0);
  alarm(refused);
  alarm('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA');
  expect(rings).toBe(1);
  nowMs = 5_000;
  alarm(refused);
  expect(rings).toBe(2);
  expect(counted).toHaveLength(4);
});
