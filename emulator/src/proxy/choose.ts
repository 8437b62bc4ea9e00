import { createHash } from 'node:crypto';
import type { Pool, ProxyTarget } from './config.ts';

/** Failures in a row after which a target is skipped, and for how long (passive checks, doc 214/6097). */
const failuresUntilSkipped = 3;
const skipMs = 10_000;
const mostSessions = 65_536;

/** What is known of a target's connections. */
interface TargetRecord {
  open: number;
  failures: number;
  skippedUntilMs: number;
  /** Smooth weighted round robin: the target with the most is next. */
  credit: number;
}

export interface Client {
  ip: string;
  /** The target that the client had before, as `sessionOf` names it; undefined goes by the client's address. */
  session?: string | undefined;
}

/** Chooses targets of one rule or listener and remembers how they did. */
export interface Chooser {
  /** Another target than those tried; undefined when there is none left. */
  choose(pool: Pool, client: Client, tried: ReadonlySet<string>): ProxyTarget | undefined;
  opened(target: ProxyTarget): void;
  closed(target: ProxyTarget): void;
  failed(target: ProxyTarget): void;
  succeeded(target: ProxyTarget): void;
  /** Keeps what it knows of these targets only, as `keyOf` names them. */
  forgetOthers(keys: readonly string[]): void;
}

/** The address that identifies a target. */
export const keyOf = ({ ip, port }: { ip: string; port: number }) => `${ip}:${port}`;

/** What a session cookie says of its target. */
export const sessionOf = (target: ProxyTarget) => createHash('md5').update(keyOf(target)).digest('hex');

function ipHash(targets: readonly ProxyTarget[], ip: string): ProxyTarget | undefined {
  const total = targets.reduce((sum, { weight }) => sum + weight, 0);
  let place = createHash('md5').update(ip).digest().readUInt32BE(0) % Math.max(total, 1);
  return targets.find(({ weight }) => (place -= weight) < 0);
}

type RecordOf = (target: ProxyTarget) => TargetRecord;

function createRecords() {
  const records = new Map<string, TargetRecord>();
  return {
    of(target: ProxyTarget): TargetRecord {
      const record = records.get(keyOf(target)) ?? { open: 0, failures: 0, skippedUntilMs: 0, credit: 0 };
      records.set(keyOf(target), record);
      return record;
    },
    forgetOthers(keys: readonly string[]): void {
      const kept = new Set(keys);
      for (const [key, { open }] of records) if (!kept.has(key) && open === 0) records.delete(key);
    },
  };
}

function roundRobin(targets: readonly ProxyTarget[], recordOf: RecordOf): ProxyTarget | undefined {
  const total = targets.reduce((sum, { weight }) => sum + weight, 0);
  targets.forEach((target) => (recordOf(target).credit += target.weight));
  const next = targets.reduce<ProxyTarget | undefined>(
    (best, target) => (best && recordOf(best).credit >= recordOf(target).credit ? best : target),
    undefined,
  );
  if (next) recordOf(next).credit -= total;
  return next;
}

function bySchedule(scheduler: string, targets: readonly ProxyTarget[], ip: string, recordOf: RecordOf) {
  if (scheduler === 'IP_HASH') return ipHash(targets, ip);
  if (scheduler !== 'LEAST_CONN') return roundRobin(targets, recordOf);
  const load = (target: ProxyTarget) => (recordOf(target).open + 1) / target.weight;
  const least = Math.min(...targets.map(load));
  // Round robin among equals: else an idle pool would send everything to its first target.
  return roundRobin(
    targets.filter((target) => load(target) === least),
    recordOf,
  );
}

/** Which target a client address had, for those that send no cookie. */
function createSessions(nowMs: () => number) {
  const sessions = new Map<string, { key: string; untilMs: number }>();
  return {
    find({ sessionS }: Pool, targets: readonly ProxyTarget[], { ip, session }: Client): ProxyTarget | undefined {
      if (sessionS === 0) return undefined;
      if (session !== undefined) return targets.find((target) => sessionOf(target) === session);
      const known = sessions.get(ip);
      return targets.find((target) => keyOf(target) === known?.key && known.untilMs > nowMs());
    },
    remember({ sessionS }: Pool, { ip, session }: Client, target: ProxyTarget): void {
      if (sessionS === 0 || session !== undefined) return;
      if (sessions.size >= mostSessions) sessions.clear();
      sessions.set(ip, { key: keyOf(target), untilMs: nowMs() + sessionS * 1000 });
    },
  };
}

/** Starts without any memory of targets. */
export function createChooser(options: { checksPassively: boolean; nowMs: () => number }): Chooser {
  const records = createRecords();
  const recordOf: RecordOf = (target) => records.of(target);
  const sessions = createSessions(options.nowMs);
  return {
    choose(pool, client, tried) {
      const open = pool.eligible.filter((target) => !tried.has(keyOf(target)));
      const usable = open.filter((target) => recordOf(target).skippedUntilMs <= options.nowMs());
      const targets = usable.length > 0 ? usable : open;
      const chosen = sessions.find(pool, targets, client) ?? bySchedule(pool.scheduler, targets, client.ip, recordOf);
      if (chosen) sessions.remember(pool, client, chosen);
      return chosen;
    },
    opened: (target) => void (recordOf(target).open += 1),
    closed: (target) => void (recordOf(target).open -= 1),
    succeeded: (target) => void (recordOf(target).failures = 0),
    forgetOthers: (keys) => records.forgetOthers(keys),
    failed(target) {
      if (!options.checksPassively) return;
      const record = recordOf(target);
      record.failures += 1;
      if (record.failures < failuresUntilSkipped) return;
      record.failures = 0;
      record.skippedUntilMs = options.nowMs() + skipMs;
    },
  };
}
