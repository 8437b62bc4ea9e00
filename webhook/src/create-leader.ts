import { createCertificateKeeper, type CertificateKeeper } from '@clb-direct/certs/advance-certificates.ts';
import { webhookHostNames } from '@clb-direct/certs/host-names.ts';
import { defaultPolicy } from '@clb-direct/certs/material.ts';
import { programName } from '@clb-direct/shared/domain/names.ts';
import type { Reporter } from '@clb-direct/shared/kube/events/reporter.ts';
import { retainRights } from '@clb-direct/shared/kube/uninstall/retained-rights.ts';
import { createUninstallCheck } from '@clb-direct/shared/kube/uninstall/uninstall-check.ts';
import { leaseOptionsOf } from '@clb-direct/shared/runtime/common-settings.ts';
import { ownAddress } from './admission/review-service.ts';
import { fieldManager, monotonicMs, type Parts } from './create-parts.ts';
import type { WebhookOptions } from './webhook-options.ts';
import { createCertificateFindings } from './findings/certificate-findings.ts';
import { createRepairFindings } from './findings/repair-findings.ts';
import type { LeaderParts } from './leader/leader-parts.ts';
import { readOwnNamespace } from './leader/own-namespace.ts';
import { checkReplicas } from './leader/replicas/check-replicas.ts';
import { listReplicas } from './leader/replicas/live-replicas.ts';
import { createRotationMetrics } from './leader/rotation-metrics.ts';
import type { LeaderOptions } from './leader/run-as-leader.ts';
import { createContention } from './owned-objects/repair/contention.ts';
import { createRepairMetrics } from './owned-objects/repair/repair-metrics.ts';
import { createServiceKeeper, type ServiceKeeper } from './owned-objects/service/service-keeper.ts';
import { removeRegistration, uninstallRules } from './uninstall/uninstall.ts';

/** Creates what a replica needs to lead; it begins when it gets the Lease. */
export function createLeader(o: WebhookOptions, parts: Parts, reporter: Reporter): LeaderOptions {
  const { settings, api, log, signal, registry } = o;
  return {
    lease: { api, log, signal, registry, ...leaseOptionsOf(settings, programName.webhook) },
    parts: createLeaderParts(o, parts, reporter),
    loops: parts.loops,
    besides: (term) => keepPermissions(o, term),
  };
}

/** Makes the permissions for an uninstall outlast the deletion of the manifests. */
async function keepPermissions({ api, settings, log, stop }: WebhookOptions, signal: AbortSignal): Promise<void> {
  const rights = { program: programName.webhook, namespace: settings.POD_NAMESPACE, rules: uninstallRules };
  const onServiceAccountDeleted = () => stop('its ServiceAccount is being deleted');
  await retainRights({ api, ...rights, log, signal, onServiceAccountDeleted });
}

function createLeaderParts(o: WebhookOptions, parts: Parts, reporter: Reporter): LeaderParts {
  const { settings, api, clock, log, signal, registry } = o;
  const { POD_NAMESPACE: namespace, SERVICE_NAME: serviceName, WEBHOOK_SECRET_NAME: secretName } = settings;
  const uninstall = createUninstallCheck({ api, namespace, program: programName.webhook, log, signal });
  const { registration, certificates } = parts;
  return {
    registration,
    certificates,
    keeper: createKeeper(o, parts),
    service: createService(o),
    repairs: {
      contention: createContention(monotonicMs),
      findings: createRepairFindings({ reporter, fieldManager, namespace, serviceName }),
      metrics: createRepairMetrics(registry),
      log,
    },
    certificateFindings: createCertificateFindings({ reporter, namespace, secretName, pod: settings.POD_NAME }),
    rotationMetrics: createRotationMetrics(registry),
    namespaceUid: readOwnNamespace({ api, namespace, uninstall }),
    removeRegistration: (aborted) => removeRegistration(o, aborted),
    servingProblems: (bundle) => parts.reviews.problems(bundle),
    network: () => parts.network.current(),
    clock,
    checkMs: () => parts.watches.pauseMs(settings.REGISTRATION_CHECK_MS),
    log,
  };
}

function createService({ api, settings }: WebhookOptions): ServiceKeeper {
  const { POD_NAMESPACE: namespace, SERVICE_NAME: name } = settings;
  const hasPods = async (signal: AbortSignal) => (await listReplicas(api, namespace, signal)).length > 0;
  return createServiceKeeper({ api, name, namespace, fieldManager, hasPods });
}

function createKeeper({ settings, api, clock, log }: WebhookOptions, parts: Parts): CertificateKeeper {
  const { store, certificates, registration, reviews, hostName } = parts;
  const { POD_NAMESPACE: namespace, SERVICE_NAME: serviceName } = settings;
  const self = { pod: settings.POD_NAME, ip: ownAddress(settings.WEBHOOK_HOST) };
  return createCertificateKeeper({
    store,
    hostName,
    hostNames: webhookHostNames(serviceName, namespace),
    policy: { ...defaultPolicy, caLifeMs: settings.CA_LIFE_MS, leafLifeMs: settings.LEAF_LIFE_MS },
    nowMs: () => clock.nowMs(),
    monotonicMs,
    settings: {
      publishMs: settings.ROTATION_PUBLISH_MS,
      settleMs: settings.ROTATION_SETTLE_MS,
      source: settings.CERTIFICATE_SOURCE,
    },
    memory: () => certificates.current(),
    publishedBundle: (signal) => registration.readPublishedBundle(signal),
    async seeReplicas(ca, signal) {
      const replicas = await listReplicas(api, namespace, signal);
      return checkReplicas({ replicas, self, port: reviews.port() ?? settings.WEBHOOK_PORT, hostName, ca });
    },
    log,
  });
}
