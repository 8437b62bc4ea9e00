import { longestTimerMs } from './sleep.ts';

/** One timer per key; of two wishes for a key the earlier one counts. */
export interface KeyTimers {
  /** Times are milliseconds of performance.now(). */
  set(key: string, dueAt: number): void;
  clear(key: string): void;
  clearAll(): void;
}

export function createKeyTimers(onDue: (key: string) => void): KeyTimers {
  const timers = new Map<string, { dueAt: number; timer: NodeJS.Timeout }>();

  function clear(key: string): void {
    clearTimeout(timers.get(key)?.timer);
    timers.delete(key);
  }

  function fire(key: string, dueAt: number): void {
    timers.delete(key);
    if (performance.now() >= dueAt) onDue(key);
    else start(key, dueAt);
  }

  function start(key: string, dueAt: number): void {
    const ms = Math.min(Math.max(0, Math.ceil(dueAt - performance.now())), longestTimerMs);
    timers.set(key, { dueAt, timer: setTimeout(fire, ms, key, dueAt) });
  }

  function set(key: string, dueAt: number): void {
    const known = timers.get(key);
    if (known !== undefined && known.dueAt <= dueAt) return;
    clear(key);
    start(key, dueAt);
  }

  return { set, clear, clearAll: () => [...timers.keys()].forEach(clear) };
}
