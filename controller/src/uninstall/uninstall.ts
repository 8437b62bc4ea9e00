import { programName } from '@clb-direct/shared/domain/names.ts';
import { createEventRecorder } from '@clb-direct/shared/kube/events/event-recorder.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { createUninstallCheck, whyUninstalledNow } from '@clb-direct/shared/kube/uninstall/uninstall-check.ts';
import type { Rule } from '@clb-direct/shared/kube/uninstall/uninstall-role.ts';
import { hasLostRights, giveUpRights } from '@clb-direct/shared/kube/uninstall/retained-rights.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { sleep } from '@clb-direct/shared/runtime/sleep.ts';
import { releaseWebhookServiceAccount } from './release-webhook-service-account.ts';
import { findTke } from './list-uninstall-facts.ts';
import { sweep } from './sweep.ts';

export interface UninstallOptions {
  readonly api: KubeApi;
  readonly settings: { readonly POD_NAMESPACE: string; readonly GATE_TYPE: string; readonly CLUSTER_ID: string };
  readonly log: Log;
  /** Aborts when the program is told to stop. */
  readonly signal: AbortSignal;
  /** Time for a replica that still leads to end; what it wrote meanwhile is found by the next look. Default 3 s. */
  readonly pauseMs?: number;
}

/** What the controller does when it leaves for good: nobody will open gates or release Services after it. */
export interface UninstallRun {
  /** Why no term as leader should begin: another replica that says farewell would have to do it again. */
  whyUninstalled(signal: AbortSignal): Promise<string | undefined>;
  /** A term as leader is over; `tkePresent` is what it saw last, if anything. */
  noteTerm(tkePresent: boolean | undefined): void;
  /** To be called when the loops have ended. Does nothing if the program is only replaced; never throws. */
  runIfUninstalled(): Promise<void>;
}

interface Memory {
  tkePresent: boolean;
  hasLed: boolean;
}

/** What it needs to say it, of what the manifests let it do. */
export const uninstallRules: readonly Rule[] = [
  { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
  { apiGroups: [''], resources: ['pods/status'], verbs: ['patch'] },
  { apiGroups: [''], resources: ['services'], verbs: ['list', 'patch'] },
  { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
];

/** With the end of the loops before it, less than STOP_DEADLINE_MS is by default. */
const limitMs = 18_000;

export function prepareUninstall(o: UninstallOptions): UninstallRun {
  const { api, log, signal } = o;
  const namespace = o.settings.POD_NAMESPACE;
  const leaving = createUninstallCheck({ api, namespace, program: programName.controller, log, signal });
  const memory: Memory = { tkePresent: false, hasLed: false };
  // The right to look goes with kube-system's RoleBinding, before the farewell begins.
  const looked = findTke(api, signal).then(
    (isPresent) => void (memory.tkePresent = isPresent),
    () => undefined,
  );
  return {
    whyUninstalled: async (aborted) => whyUninstalledNow(leaving, aborted),
    noteTerm: (tkePresent) => {
      memory.tkePresent = tkePresent ?? memory.tkePresent;
      memory.hasLed = true;
    },
    runIfUninstalled: async () => {
      const limit = AbortSignal.timeout(limitMs);
      await looked;
      const why = await leaving.why(limit);
      if (why === undefined) return;
      log.info({ why }, 'leaving for good');
      await say(o, memory, limit);
    },
  };
}

/** Looks again until nothing is left to do; when the rights are gone, another replica has done it all. */
async function say(o: UninstallOptions, { hasLed, tkePresent }: Memory, signal: AbortSignal): Promise<void> {
  const { api, settings, log, pauseMs = 3_000 } = o;
  const recorder = createEventRecorder({ api, component: programName.controller, log, signal });
  const options = { api, gateType: settings.GATE_TYPE, clusterId: settings.CLUSTER_ID, tkePresent, recorder, log };
  try {
    // Two that do the same would tell everything twice.
    if (!hasLed) await sleep(pauseMs / 2, signal);
    await sweep(options, signal);
    do await sleep(pauseMs, signal);
    while (!(await sweep(options, signal)));
    await recorder.flush(signal);
  } catch (error) {
    if (hasLostRights(error)) log.info('its rights are gone, so another replica has said farewell');
    else log.error({ err: error }, 'something is left behind; ./scripts/uninstall takes it away');
    return;
  }
  const namespace = settings.POD_NAMESPACE;
  await releaseWebhookServiceAccount({ api, namespace, log, signal });
  await giveUpRights({ api, program: programName.controller, namespace, log, signal });
}
