import { describe, expect, test } from '@jest/globals';
import { createServerClock, type ServerClock } from './server-clock.ts';

const hourMs = 3_600_000;

/** An answer of a server whose clock is ahead of ours, as it looks after a round trip. */
function answer(clock: ServerClock, aheadMs: number, roundTripMs = 10): void {
  const receivedAt = performance.now();
  clock.received(new Date(Date.now() + aheadMs - roundTripMs / 2).toUTCString(), receivedAt - roundTripMs, receivedAt);
}

describe('the clock of the API server', () => {
  test('is ours before the first answer', () => {
    const clock = createServerClock();
    expect(clock.offsetMs()).toBeUndefined();
    expect(Math.abs(clock.nowMs() - Date.now())).toBeLessThan(50);
  });

  test('is known within a second after one answer', () => {
    const clock = createServerClock();
    answer(clock, -2 * hourMs);
    expect(Math.abs((clock.offsetMs() ?? 0) + 2 * hourMs)).toBeLessThan(1_100);
    expect(Math.abs(clock.nowMs() - (Date.now() - 2 * hourMs))).toBeLessThan(1_100);
  });

  test('is not changed by an answer that took long', () => {
    const clock = createServerClock();
    answer(clock, hourMs);
    const before = clock.offsetMs() ?? 0;
    answer(clock, hourMs, 30_000);
    expect(Math.abs((clock.offsetMs() ?? 0) - before)).toBeLessThan(50);
  });

  test('starts over when an answer contradicts what is known', () => {
    const clock = createServerClock();
    answer(clock, 0);
    answer(clock, hourMs);
    expect(Math.abs((clock.offsetMs() ?? 0) - hourMs)).toBeLessThan(1_100);
  });

  test('does not follow a clock of ours that jumps', () => {
    const clock = createServerClock();
    answer(clock, 0);
    const before = clock.nowMs();
    const real = Date.now;
    Date.now = () => real() + hourMs;
    try {
      expect(clock.nowMs() - before).toBeLessThan(1_000);
      expect(clock.offsetMs()).toBeLessThan(-hourMs + 2_000);
    } finally {
      Date.now = real;
    }
  });

  test.each([undefined, '', 'yesterday'])('does not listen to an answer that says "%s"', (date) => {
    const clock = createServerClock();
    clock.received(date, 0, 1);
    expect(clock.offsetMs()).toBeUndefined();
  });
});
