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
  /** Aborts when the program is asked to stop. */
  readonly signal: AbortSignal;
  /** Between two sweeps: a replica that still leads may write until it ends. Default 3 s. */
  readonly pauseMs?: number;
}

/** What the controller does when it is uninstalled: after it no program opens gates or releases Services. */
export interface UninstallRun {
  /** Why no term as leader should start: another replica that cleans up would have to do it again. */
  whyUninstalled(signal: AbortSignal): Promise<string | undefined>;
  /** A term as leader is over; `tkePresent` is what it read last, if anything. */
  noteTerm(tkePresent: boolean | undefined): void;
  /** Call it when the loops have ended. Does nothing if the program is only restarted; never throws. */
  runIfUninstalled(): Promise<void>;
}

interface Memory {
  tkePresent: boolean;
  hasLed: boolean;
}

/** The permissions that the uninstall needs: a part of what the manifests allow. */
export const uninstallRules: readonly Rule[] = [
  { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
  { apiGroups: [''], resources: ['pods/status'], verbs: ['patch'] },
  { apiGroups: [''], resources: ['services'], verbs: ['list', 'patch'] },
  { apiGroups: [''], resources: ['services/status'], verbs: ['patch'] },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses'], verbs: ['list', 'patch'] },
  { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
];

/** With the end of the loops before it, less than the default of STOP_DEADLINE_MS. */
const limitMs = 18_000;

export function prepareUninstall(o: UninstallOptions): UninstallRun {
  const { api, log, signal } = o;
  const namespace = o.settings.POD_NAMESPACE;
  const check = createUninstallCheck({ api, namespace, program: programName.controller, log, signal });
  const memory: Memory = { tkePresent: false, hasLed: false };
  // Now, because the permission to read it is deleted with the RoleBinding in kube-system, before the uninstall starts.
  const tkeRead = findTke(api, signal).then(
    (isPresent) => void (memory.tkePresent = isPresent),
    () => undefined,
  );
  return {
    whyUninstalled: async (aborted) => whyUninstalledNow(check, aborted),
    noteTerm: (tkePresent) => {
      memory.tkePresent = tkePresent ?? memory.tkePresent;
      memory.hasLed = true;
    },
    runIfUninstalled: async () => {
      const limit = AbortSignal.timeout(limitMs);
      await tkeRead;
      const why = await check.why(limit);
      if (why === undefined) return;
      log.info({ why }, 'cleaning up: clb-direct is being uninstalled');
      await cleanUp(o, memory, limit);
    },
  };
}

/** Sweeps until nothing is left to do. When the permissions are gone, another replica has done everything. */
async function cleanUp(o: UninstallOptions, { hasLed, tkePresent }: Memory, signal: AbortSignal): Promise<void> {
  const { api, settings, log, pauseMs = 3_000 } = o;
  const recorder = createEventRecorder({ api, component: programName.controller, log, signal });
  const options = { api, gateType: settings.GATE_TYPE, clusterId: settings.CLUSTER_ID, tkePresent, recorder, log };
  try {
    // Two replicas that do the same would write every event twice.
    if (!hasLed) await sleep(pauseMs / 2, signal);
    await sweep(options, signal);
    do await sleep(pauseMs, signal);
    while (!(await sweep(options, signal)));
    await recorder.flush(signal);
  } catch (error) {
    if (hasLostRights(error)) log.info('the permissions are gone, so another replica has cleaned up');
    else log.error({ err: error }, 'the cleanup failed; ./scripts/uninstall does it without the programs');
    return;
  }
  const namespace = settings.POD_NAMESPACE;
  await releaseWebhookServiceAccount({ api, namespace, log, signal });
  await giveUpRights({ api, program: programName.controller, namespace, log, signal });
}
