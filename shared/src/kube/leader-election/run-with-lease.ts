import { randomUUID } from 'node:crypto';
import type { Registry } from 'prom-client';
import { withDeadline } from '../../runtime/deadline.ts';
import { createFailureNews, type FailureNews } from '../../runtime/failure-news.ts';
import type { Log } from '../../runtime/logger.ts';
import { counter, gauge } from '../../runtime/metrics.ts';
import { sleep } from '../../runtime/sleep.ts';
import { between } from '../../runtime/backoff.ts';
import type { KubeApi } from '../client/kube-api.ts';
import { createLeaseLock, type LeaseLock } from './lease-lock.ts';
import { startStopwatch, startTerm, type Term } from './term.ts';
import { watchLease, type LeaseWatch } from './watch-lease.ts';

/** Leadership for one term. It is valid by the local clocks alone: it ends by itself when renewals stop. */
export interface Leadership {
  /** Aborts when the lease is lost or the program stops. */
  readonly signal: AbortSignal;
  /** Ask before every write to the outside world. Once false, it stays false. True while a stopping leader finishes. */
  isHeld(): boolean;
  /** It does its work now: see `startingMark`. */
  started(): void;
  /** Grows with every term. */
  readonly epoch: number;
}

export interface LeaseOptions {
  readonly api: KubeApi;
  readonly namespace: string;
  readonly name: string;
  /**
   * The pod's name. Each process adds a random suffix; a process that follows another one in its pod takes over sooner.
   */
  readonly identity: string;
  /** How long other candidates wait without a renewal before they take over. */
  readonly durationMs: number;
  /** How long the leader acts after its last renewal; must be less than durationMs. */
  readonly renewDeadlineMs: number;
  readonly retryMs: number;
  /**
   * The annotation that names the holder until it says that it has started: one that only renews is there for nobody.
   */
  readonly startingMark?: string;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly registry?: Registry;
}

const releaseLimitMs = 5_000;

/**
 * Competes for the Lease and runs lead while it is held, again and again until the signal aborts. Ends earlier when
 * lead returns by itself; rethrows an error of lead. The Lease is released only after lead has ended.
 */
export async function runWithLease(
  options: LeaseOptions,
  lead: (leadership: Leadership) => Promise<void>,
): Promise<void> {
  refuseBadTimes(options);
  const context = contextOf(options);
  while (!options.signal.aborted) {
    const term = await compete(context);
    if (term === undefined) return;
    const hasFinished = await runTerm(context, term, lead);
    if (hasFinished) return;
  }
}

interface Context extends LeaseOptions {
  readonly lock: LeaseLock;
  readonly news: FailureNews;
  readonly metrics: { held: (isHeld: boolean) => void; failed: () => void };
}

function contextOf(options: LeaseOptions): Context {
  const holder = `${options.identity}_${randomUUID().slice(0, 8)}`;
  const log = options.log.child({ lease: `${options.namespace}/${options.name}`, holder });
  const ownPastMs = renewalsWithin(options.retryMs);
  const lock = createLeaseLock({ ...options, holder, ownPastMs, tryMs: options.renewDeadlineMs / 2 });
  return { ...options, log, lock, news: createFailureNews(), metrics: leaseMetrics(options.name, options.registry) };
}

/** undefined when the program stops. */
async function compete(context: Context): Promise<Term | undefined> {
  let watch: LeaseWatch | undefined;
  try {
    while (!context.signal.aborted) {
      const term = await tryOnce(context);
      if (term !== undefined) return term;
      // Only where there is something to wait for: while the Lease cannot be read, one failure is enough to log.
      if (context.lock.freeInMs() > 0) watch ??= watchLease(context);
      await untilWorthTrying(context, watch);
    }
    return undefined;
  } finally {
    await watch?.stop();
  }
}

/** A renewal that is seen makes a try worthless. Without one it is tried as often as if nothing were watched. */
async function untilWorthTrying({ lock, retryMs, signal }: Context, watch: LeaseWatch | undefined): Promise<void> {
  if (watch === undefined) {
    await sleep(pauseMs(lock, retryMs), signal).catch(() => undefined);
    return;
  }
  let isRenewed = await watch.changesWithin(pauseMs(lock, retryMs));
  while (isRenewed && lock.freeInMs() > 0 && !signal.aborted) {
    isRenewed = await watch.changesWithin(pauseMs(lock, renewalsWithin(retryMs)));
  }
}

/** A live process would renew twice in that time. */
function renewalsWithin(retryMs: number): number {
  return 2.5 * retryMs;
}

/** Never beyond the moment at which the Lease is free: until it is taken nothing is reconciled. */
function pauseMs(lock: LeaseLock, retryMs: number): number {
  const usualMs = retryMs * between(0.8, 1);
  const freeInMs = lock.freeInMs();
  return freeInMs > 0 ? Math.min(usualMs, Math.ceil(freeInMs) + 1) : usualMs;
}

async function tryOnce({ lock, log, news, signal, renewDeadlineMs, metrics }: Context): Promise<Term | undefined> {
  const since = startStopwatch();
  try {
    const epoch = await lock.tryAcquire(signal);
    news.forget('take');
    return epoch === undefined ? undefined : startTerm({ epoch, since, renewDeadlineMs });
  } catch (error) {
    if (signal.aborted) return undefined;
    metrics.failed();
    const level = news.levelOf('take', error);
    log[level]({ err: error }, 'lease cannot be read or taken, trying again');
    return undefined;
  }
}

/** Whether lead returned by itself. */
async function runTerm(
  context: Context,
  term: Term,
  lead: (leadership: Leadership) => Promise<void>,
): Promise<boolean> {
  const { log, metrics } = context;
  const { leadership, stop } = leadershipOf(term, context);
  metrics.held(true);
  log.info({ epoch: term.epoch }, 'lease acquired');
  const keeping = keepRenewing(context, term);
  try {
    if (!leadership.signal.aborted && term.isHeld()) await lead(leadership);
    return !leadership.signal.aborted;
  } catch (error) {
    if (!leadership.signal.aborted) throw error;
    log.debug({ err: error }, 'the work of the leader was aborted');
    return false;
  } finally {
    stop();
    metrics.held(false);
    await endTerm(context, term, keeping);
  }
}

function leadershipOf(term: Term, { signal, lock }: Context): { leadership: Leadership; stop: () => void } {
  const controller = new AbortController();
  const onStop = () => controller.abort(signal.reason);
  const onOver = () => controller.abort(term.over.reason);
  signal.addEventListener('abort', onStop, { once: true });
  term.over.addEventListener('abort', onOver, { once: true });
  if (signal.aborted) onStop();
  const leadership = {
    signal: controller.signal,
    isHeld: () => term.isHeld(),
    started: () => lock.started(),
    epoch: term.epoch,
  };
  return { leadership, stop: () => signal.removeEventListener('abort', onStop) };
}

/** Goes on while the leader is stopping: no other replica may write before its last write has ended. */
async function keepRenewing({ lock, log, news, retryMs, metrics }: Context, term: Term): Promise<void> {
  while (term.isHeld()) {
    try {
      await sleep(Math.min(retryMs, Math.max(0, term.remainingMs())), term.over);
      const since = startStopwatch();
      if (await lock.renew(term.over)) term.renewed(since);
      else term.end('another replica holds the lease, or it was deleted');
      news.forget('renew');
    } catch (error) {
      if (term.over.aborted) return;
      metrics.failed();
      const level = news.levelOf('renew', error);
      log[level]({ err: error, remainingMs: Math.round(term.remainingMs()) }, 'lease not renewed, trying again');
    }
  }
}

async function endTerm(context: Context, term: Term, keeping: Promise<void>): Promise<void> {
  const isOurs = term.isHeld();
  if (isOurs) term.end('the leader has ended');
  await keeping;
  if (isOurs) await release(context, term);
  else context.log.warn({ epoch: term.epoch, err: term.over.reason }, 'lease lost');
}

async function release({ lock, log }: Context, { epoch }: Term): Promise<void> {
  try {
    await withDeadline({ ms: releaseLimitMs }, (signal) => lock.release(signal));
    log.info({ epoch }, 'lease released');
  } catch (error) {
    log.warn({ err: error }, 'lease not released, so others take over only when it expires');
  }
}

function refuseBadTimes({ durationMs, renewDeadlineMs, retryMs }: LeaseOptions): void {
  if (durationMs > renewDeadlineMs && renewDeadlineMs > retryMs && retryMs > 0) return;
  const got = `durationMs ${durationMs}, renewDeadlineMs ${renewDeadlineMs}, retryMs ${retryMs}`;
  throw new Error(`a lease needs durationMs > renewDeadlineMs > retryMs > 0, got ${got}`);
}

function leaseMetrics(lease: string, registry: Registry | undefined): Context['metrics'] {
  const labelNames = ['lease'] as const;
  const held = gauge(registry, { name: 'lease_held', help: '1 while this process leads.', labelNames });
  const failures = counter(registry, {
    name: 'lease_failures_total',
    help: 'Requests for the Lease that failed.',
    labelNames,
  });
  held.set({ lease }, 0);
  failures.inc({ lease }, 0);
  return { held: (isHeld) => held.set({ lease }, isHeld ? 1 : 0), failed: () => failures.inc({ lease }) };
}
