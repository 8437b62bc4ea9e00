/** Milliseconds since the start, by the faster of two clocks: the monotonic one stops while a machine is suspended. */
export type Stopwatch = () => number;

export function startStopwatch(): Stopwatch {
  const [monotonic, wall] = [performance.now(), Date.now()];
  return () => Math.max(performance.now() - monotonic, Date.now() - wall);
}

/** One term as leader. It expires by the local clocks alone; once over, it stays over. */
export interface Term {
  readonly epoch: number;
  /** Aborts when the term is over. */
  readonly over: AbortSignal;
  isHeld(): boolean;
  remainingMs(): number;
  /** A renewal that was sent then has succeeded. It does not revive a term that expired meanwhile. */
  renewed(since: Stopwatch): void;
  end(why: string): void;
}

export function startTerm(options: { epoch: number; since: Stopwatch; renewDeadlineMs: number }): Term {
  const { epoch, renewDeadlineMs } = options;
  const controller = new AbortController();
  let { since } = options;
  let timer = setTimeout(check, Math.max(0, remainingMs()));

  function remainingMs(): number {
    return renewDeadlineMs - since();
  }

  function end(why: string): void {
    clearTimeout(timer);
    controller.abort(new Error(why));
  }

  /** The clock decides, not the timer: timers are late when the process was suspended. */
  function isHeld(): boolean {
    if (!controller.signal.aborted && remainingMs() <= 0) end('the lease was not renewed in time');
    return !controller.signal.aborted;
  }

  function check(): void {
    clearTimeout(timer);
    if (isHeld()) timer = setTimeout(check, Math.ceil(remainingMs()));
  }

  function renewed(renewal: Stopwatch): void {
    if (!isHeld()) return;
    since = renewal;
    check();
  }

  return { epoch, over: controller.signal, isHeld, remainingMs, renewed, end };
}
