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

/** What judges the preStop sleep of new pods; undefined where that is off. */
export function createPreStopJudge(
  o: WebhookOptions,
  { loops, monotonicMs }: { readonly loops: ReconcileLoops; readonly monotonicMs: () => number },
): JudgePreStop | undefined {
  const { settings, api, signal, registry } = o;
  const mode = settings.PRE_STOP_SLEEP;
  if (mode === 'off') return undefined;
  const version = followServerVersion({ api, loops, monotonicMs, signal });
  return createPreStop({
    rule: { mode, seconds: settings.PRE_STOP_SLEEP_SECONDS, restSeconds: settings.PRE_STOP_REST_SECONDS },
    namespaceWish: followSleepNamespaces(o),
    serverMinor: () => version.minor(),
    count: createPreStopMetrics(registry),
  });
}

/** Follows what the labels of namespaces say of the sleep. */
function followSleepNamespaces({ api, log, registry, signal }: WebhookOptions) {
  const { items } = startReflector<{ readonly wish: SleepWish | undefined }>({
    ...{ api, log, registry, signal },
    name: 'pre-stop-namespaces',
    path: namespaces(),
    query: { labelSelector: preStopSleepLabel },
    toView: (raw) => ({ wish: wishOf(raw) }),
    onChange: () => undefined,
  });
  return (namespace: string) => items.get(namespace)?.wish;
}

function wishOf(raw: unknown): SleepWish | undefined {
  return readSleepWish(own(asObject(own(asObject(own(asObject(raw), 'metadata')), 'labels')), preStopSleepLabel));
}
