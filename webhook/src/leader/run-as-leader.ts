import { createCertificateKeeper } from '@clb-direct/certs/advance-certificates.ts';
import { webhookHostNames } from '@clb-direct/certs/host-names.ts';
import { defaultPolicy } from '@clb-direct/certs/material.ts';
import { programName } from '@clb-direct/shared/domain/names.ts';
import type { EventRecorder } from '@clb-direct/shared/kube/events/event-recorder.ts';
import { leaseOptionsOf } from '@clb-direct/shared/runtime/common-settings.ts';
import { createUninstallCheck } from '@clb-direct/shared/kube/uninstall/uninstall-check.ts';
import { runWithLease, type Leadership } from '@clb-direct/shared/kube/leader-election/run-with-lease.ts';
import { retainRights } from '@clb-direct/shared/kube/uninstall/retained-rights.ts';
import { fieldManager, type Parts } from '../create-parts.ts';
import { uninstallRules, removeRegistration } from '../uninstall/uninstall.ts';
import { listReplicas } from './replicas/live-replicas.ts';
import { seeReplicas } from './replicas/see-replicas.ts';
import { ownAddress } from '../admission/review-service.ts';
import { createServiceKeeper } from '../owned-objects/service/service-keeper.ts';
import { takeTurns } from '../reconcile-loop/reconcile-loops.ts';
import { createCertificateAnnouncer } from '../findings/certificate-findings.ts';
import { createRepairAnnouncer } from '../findings/repair-findings.ts';
import { createFights } from '../owned-objects/repair/contention.ts';
import type { WebhookOptions } from '../webhook.ts';
import { followHome } from './own-namespace.ts';
import { createHolder, type HolderWork } from './leader-work.ts';

const flushMs = 3_000;
const monotonicMs = () => performance.now();

/** Competes for the Lease and looks after everything while it is held, until the signal aborts. */
export async function runAsHolder(o: WebhookOptions, parts: Parts, recorder: EventRecorder): Promise<void> {
  const { settings, api, log, signal } = o;
  const namespace = settings.POD_NAMESPACE;
  const leaving = createUninstallCheck({ api, namespace, program: programName.webhook, log, signal });
  const work: HolderWork = {
    ...parts,
    ...o,
    ...createUpkeep(o, parts),
    ...createAnnouncers(o, recorder),
    fights: createFights(monotonicMs),
    servingProblems: (bundle) => parts.reviews.problems(bundle),
    eniDefault: () => parts.eniDefault.current(),
    homeUid: followHome({ api, namespace, leaving }),
    removeRegistration: (aborted) => removeRegistration(o, aborted),
    checkMs: settings.REGISTRATION_CHECK_MS,
  };
  const lease = { api, log, signal, registry: o.registry, ...leaseOptionsOf(settings, programName.webhook) };
  await runWithLease(lease, (held) => lead(o, parts, work, held));
  await recorder.flush(AbortSignal.timeout(flushMs));
}

async function lead(o: WebhookOptions, { bell, pulse, metrics }: Parts, work: HolderWork, held: Leadership) {
  const { api, settings, log, registry } = o;
  const namespace = settings.POD_NAMESPACE;
  const rights = { program: programName.webhook, namespace, rules: uninstallRules };
  const onServiceAccountDeleted = () => o.stop('its ServiceAccount is being deleted');
  const kept = retainRights({ api, ...rights, log, signal: held.signal, onServiceAccountDeleted });
  const holder = createHolder(work, () => bell.ring());
  const right = (signal: AbortSignal) => ({ signal, isHeld: () => held.isHeld() });
  const loop = { bell, pulse, log, registry, signal: held.signal };
  await Promise.all([
    takeTurns({ ...loop, name: 'heal', turn: (signal) => holder.heal(right(signal)) }),
    takeTurns({ ...loop, name: 'certificates', turn: (signal) => holder.advance(right(signal)) }),
  ]);
  metrics.phase(undefined);
  await kept;
}

function createAnnouncers(
  { settings }: WebhookOptions,
  recorder: EventRecorder,
): Pick<HolderWork, 'announcer' | 'repairs'> {
  const {
    POD_NAMESPACE: namespace,
    SERVICE_NAME: serviceName,
    WEBHOOK_SECRET_NAME: secretName,
    POD_NAME: pod,
  } = settings;
  return {
    announcer: createCertificateAnnouncer({ recorder, namespace, secretName, pod }),
    repairs: createRepairAnnouncer({ recorder, fieldManager, namespace, serviceName }),
  };
}

function createUpkeep(o: WebhookOptions, parts: Parts): Pick<HolderWork, 'keeper' | 'service'> {
  const { settings, api, clock, log } = o;
  const { store, certificates, hostName } = parts;
  const { POD_NAMESPACE: namespace, SERVICE_NAME: name } = settings;
  const replicas = (signal: AbortSignal) => listReplicas(api, namespace, signal);
  const self = { pod: settings.POD_NAME, ip: ownAddress(settings.WEBHOOK_HOST) };
  const keeper = createCertificateKeeper({
    store,
    hostName,
    hostNames: webhookHostNames(name, namespace),
    policy: { ...defaultPolicy, caLifeMs: settings.CA_LIFE_MS, leafLifeMs: settings.LEAF_LIFE_MS },
    nowMs: () => clock.nowMs(),
    monotonicMs,
    settings: {
      publishMs: settings.ROTATION_PUBLISH_MS,
      settleMs: settings.ROTATION_SETTLE_MS,
      source: settings.CERTIFICATE_SOURCE,
    },
    memory: () => certificates.current(),
    publishedBundle: (signal) => parts.registration.readPublishedBundle(signal),
    async seeReplicas(ca, signal) {
      const port = parts.reviews.port() ?? settings.WEBHOOK_PORT;
      return seeReplicas({ replicas: await replicas(signal), self, port, hostName, ca });
    },
    log,
  });
  const hasPods = async (signal: AbortSignal) => (await replicas(signal)).length > 0;
  return { keeper, service: createServiceKeeper({ api, name, namespace, fieldManager, hasPods }) };
}
