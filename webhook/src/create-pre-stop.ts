import { preStopSleepLabel } from '@clb-direct/shared/domain/names.ts';
import { asObject, own } from '@clb-direct/shared/domain/raw.ts';
import { namespaces } from '@clb-direct/shared/kube/client/paths.ts';
import { startReflector } from '@clb-direct/shared/kube/reflector/reflector.ts';
import { createPreStop, type JudgePreStop } from './admission/pre-stop/pre-stop.ts';
import { createPreStopMetrics } from './admission/pre-stop/pre-stop-metrics.ts';
import { followServerVersion } from './admission/pre-stop/server-version.ts';
import { readSleepWish, type SleepWish } from './admission/pre-stop/sleep-wish.ts';
import type { ReconcileLoops } from './reconcile-loop/reconcile-loops.ts';
import type { WebhookOptions } from './webhook-options.ts';

/** The preStop sleep of new pods. */
export interface PreStop {
  readonly judge: JudgePreStop;
  /**
   * What the judgement needs was read, or could not be for long: where a right is missing, gates are added all the
   * same.
   */
  isKnown(): boolean;
}

const longestUnknownMs = 10_000;

/** Starts what it follows; undefined where it is off. */
export function followPreStop(
  o: WebhookOptions,
  { loops, monotonicMs }: { readonly loops: Pick<ReconcileLoops, 'run'>; readonly monotonicMs: () => number },
): PreStop | undefined {
  const { settings, api, signal, registry } = o;
  const mode = settings.PRE_STOP_SLEEP;
  if (mode === 'off') return undefined;
  const version = followServerVersion({ api, loops, monotonicMs, signal });
  const namespaceWishes = followSleepNamespaces(o);
  const startedMs = monotonicMs();
  const judge = createPreStop({
    rule: { mode, seconds: settings.PRE_STOP_SLEEP_SECONDS, restSeconds: settings.PRE_STOP_REST_SECONDS },
    namespaceWish: (namespace) => namespaceWishes.items.get(namespace)?.wish,
    serverMinor: () => version.minor(),
    count: createPreStopMetrics(registry),
  });
  const isRead = () => namespaceWishes.isSynced() && version.minor() !== undefined;
  return { judge, isKnown: () => isRead() || monotonicMs() - startedMs >= longestUnknownMs };
}

/** Follows what the labels of namespaces say of the sleep. */
function followSleepNamespaces({ api, log, registry, signal }: WebhookOptions) {
  return startReflector<{ readonly wish: SleepWish | undefined }>({
    ...{ api, log, registry, signal },
    name: 'pre-stop-namespaces',
    path: namespaces(),
    query: { labelSelector: preStopSleepLabel },
    toView: (raw) => ({ wish: wishOf(raw) }),
    onChange: () => undefined,
  });
}

function wishOf(raw: unknown): SleepWish | undefined {
  return readSleepWish(own(asObject(own(asObject(own(asObject(raw), 'metadata')), 'labels')), preStopSleepLabel));
}
