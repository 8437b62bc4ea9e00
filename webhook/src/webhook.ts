import { webhookHostName, webhookHostNames } from '@clb-direct/certs/host-names.ts';
import { defaultPolicy } from '@clb-direct/certs/material.ts';
import { openSecretStore, type SecretStore } from '@clb-direct/certs/secret-store.ts';
import type { KubeApi } from '@clb-direct/shared/kube/kube-api.ts';
import { runWithLease } from '@clb-direct/shared/kube/lease.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { Registry } from 'prom-client';
import { createAdmissionMetrics } from './admission/admission-metrics.ts';
import type { GateRule } from './admission/gate-decision.ts';
import { followEniDefault, type EniDefaultSource } from './eni-default.ts';
import { lookAfterRegistration } from './look-after-registration.ts';
import { createRegistrationKeeper } from './registration/registration-keeper.ts';
import { repeat } from './repeat.ts';
import { createReviewService, type ReviewService } from './review-service.ts';
import { createServingCertificates, type ServingCertificates } from './serving-certificates.ts';
import type { WebhookSettings } from './settings.ts';
import { createHealMetrics } from './heal-metrics.ts';

/** What the webhook is started with. */
export interface WebhookOptions {
  readonly settings: WebhookSettings;
  readonly api: KubeApi;
  readonly registry: Registry;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** A webhook at work. */
export interface Webhook {
  /** Why no review should come here; empty = ready. */
  problems(): Promise<readonly string[]>;
  /** Ends after the signal has aborted and the connections were drained. */
  readonly stopped: Promise<void>;
}

interface Parts {
  readonly store: SecretStore;
  readonly certificates: ServingCertificates;
  readonly eniDefault: EniDefaultSource;
  readonly reviews: ReviewService;
}

const fieldManager = 'clb-direct-webhook';
const untilCertifiedMs = 1_000;
const eniDefaultRecheckMs = 60_000;

/** Starts every part: the endpoint, the two followers that each replica has, and the work of the Lease holder. */
export function startWebhook(o: WebhookOptions): Webhook {
  const parts = createParts(o);
  const running = [
    parts.reviews.run(o.signal),
    followSecret(o, parts),
    parts.eniDefault.stopped,
    runAsHolder(o, parts),
  ];
  return { problems: () => parts.reviews.problems(), stopped: Promise.all(running).then(() => undefined) };
}

function createParts(o: WebhookOptions): Parts {
  const { settings, api, log, signal } = o;
  const hostName = webhookHostName(settings.SERVICE_NAME, settings.POD_NAMESPACE);
  const store = openSecretStore({
    api,
    namespace: settings.POD_NAMESPACE,
    name: settings.WEBHOOK_SECRET_NAME,
    fieldManager,
  });
  const certificates = createServingCertificates({
    hostName,
    nowMs: () => Date.now(),
    onChange: () => reviews.swap(),
    log,
  });
  const eniDefault = followEniDefault({
    setting: settings.ENI_DEFAULT,
    recheckMs: eniDefaultRecheckMs,
    api,
    log,
    signal,
  });
  const endpoint = {
    host: settings.WEBHOOK_HOST,
    port: settings.WEBHOOK_PORT,
    rule: ruleOf(settings),
    eniDefault: () => eniDefault.current(),
    metrics: createAdmissionMetrics(o.registry),
    log,
  };
  const reviews = createReviewService({ endpoint, certificates, hostName, drainMs: settings.DRAIN_MS, log });
  return { store, certificates, eniDefault, reviews };
}

function ruleOf(settings: WebhookSettings): GateRule {
  return {
    gateType: settings.GATE_TYPE,
    optOutAnnotation: settings.OPT_OUT_ANNOTATION,
    excludedNamespaces: [...settings.EXCLUDED_NAMESPACES, settings.POD_NAMESPACE],
    gateJobPods: settings.GATE_JOB_PODS,
  };
}

// Polling is the guarantee: a watch may be silent.
async function followSecret({ settings, log, signal }: WebhookOptions, { store, certificates }: Parts): Promise<void> {
  const pauseMs = () => (certificates.current() === undefined ? untilCertifiedMs : settings.SECRET_POLL_MS);
  await repeat({ name: 'read the Secret', pauseMs, log, signal }, async () => {
    certificates.offer((await store.read(signal))?.stored);
  });
}

async function runAsHolder(o: WebhookOptions, parts: Parts): Promise<void> {
  const { settings, api, log, signal, registry } = o;
  const [service, namespace] = [settings.SERVICE_NAME, settings.POD_NAMESPACE];
  const keeper = createRegistrationKeeper({ api, fieldManager, log, settings: registrationOf(settings) });
  const work = {
    ensure: {
      store: parts.store,
      hostName: webhookHostName(service, namespace),
      hostNames: webhookHostNames(service, namespace),
      policy: defaultPolicy,
      nowMs: () => Date.now(),
      memory: () => parts.certificates.current(),
      trustedBundle: (aborted: AbortSignal) => keeper.readPublishedBundle(aborted),
      log,
    },
    keeper,
    certificates: parts.certificates,
    servingProblems: () => parts.reviews.problems(),
    eniDefault: () => parts.eniDefault.current(),
    checkMs: settings.REGISTRATION_CHECK_MS,
    metrics: createHealMetrics(registry, parts.certificates),
    log,
  };
  const lease = {
    namespace,
    name: 'clb-direct-webhook',
    identity: settings.POD_NAME,
    durationMs: settings.LEASE_DURATION_MS,
    renewDeadlineMs: settings.LEASE_RENEW_DEADLINE_MS,
    retryMs: settings.LEASE_RETRY_MS,
  };
  await runWithLease({ api, ...lease, log, signal, registry }, (held) => lookAfterRegistration(work, held));
}

function registrationOf(settings: WebhookSettings) {
  return {
    namespace: settings.POD_NAMESPACE,
    serviceName: settings.SERVICE_NAME,
    failurePolicy: settings.FAILURE_POLICY,
    timeoutSeconds: settings.WEBHOOK_TIMEOUT_SECONDS,
    optOutNamespaceLabel: settings.OPT_OUT_NAMESPACE_LABEL,
    rule: ruleOf(settings),
  };
}
