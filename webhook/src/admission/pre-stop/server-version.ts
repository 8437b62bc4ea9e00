import { own, type RawObject } from '@clb-direct/shared/domain/raw.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import type { ReconcileLoops } from '../../reconcile-loop/reconcile-loops.ts';

/** The API server's `1.minor`, as it is read now and then. */
export interface ServerVersion {
  /** The lowest of the last hour; undefined until it was read. */
  minor(): number | undefined;
  readonly stopped: Promise<void>;
}

const everyMs = 60_000;
/** API servers are upgraded one after the other, and each answer comes from any of them. */
const rememberedMs = 3_600_000;
const retryMs = { first: 500, most: everyMs };

/** Follows the version, because the cluster is upgraded while the webhook runs. */
export function followServerVersion(o: {
  readonly api: KubeApi;
  readonly loops: Pick<ReconcileLoops, 'run'>;
  readonly monotonicMs: () => number;
  readonly signal: AbortSignal;
}): ServerVersion {
  const seenAtMs = new Map<number, number>();

  async function reconcile(signal: AbortSignal): Promise<number> {
    const minor = minorOf(await o.api.call<RawObject>({ method: 'GET', path: '/version', signal }));
    if (minor !== undefined) seenAtMs.set(minor, o.monotonicMs());
    return everyMs;
  }

  function minor(): number | undefined {
    const oldest = o.monotonicMs() - rememberedMs;
    for (const [version, atMs] of seenAtMs) if (atMs < oldest && seenAtMs.size > 1) seenAtMs.delete(version);
    return seenAtMs.size === 0 ? undefined : Math.min(...seenAtMs.keys());
  }

  const stopped = o.loops.run({ name: 'server-version', reconcile, signal: o.signal, ignoresTrigger: true, retryMs });
  return { minor, stopped };
}

/** Distributions write `30+`. */
function minorOf(version: RawObject): number | undefined {
  const minor = Number.parseInt(String(own(version, 'minor')), 10);
  return own(version, 'major') === '1' && minor >= 0 ? minor : undefined;
}
