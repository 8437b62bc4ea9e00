import { expect, test } from '@jest/globals';
import { watchRefusedHandshakes } from './refused-handshakes.ts';

test('a refused certificate triggers, at most every five seconds; everything is counted', () => {
  let [nowMs, triggers] = [0, 0];
  const counted: string[] = [];
  const metrics = { handshakeFailed: (code: string) => void counted.push(code) };
  const handshakeFailed = watchRefusedHandshakes({
    metrics,
    trigger: () => void (triggers += 1),
    monotonicMs: () => nowMs,
  });
  const refused = 'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE';
  handshakeFailed('ECONNRESET');
  expect(triggers).toBe(0);
  handshakeFailed(refused);
  handshakeFailed('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA');
  expect(triggers).toBe(1);
  nowMs = 5_000;
  handshakeFailed(refused);
  expect(triggers).toBe(2);
  expect(counted).toHaveLength(4);
});
