import { webhookHostName } from '@clb-direct/certs/host-names.ts';
import { openSecretStore, type SecretStore } from '@clb-direct/certs/secret-store.ts';
import { programName } from '@clb-direct/shared/domain/names.ts';
import { gateRuleOf } from '@clb-direct/shared/runtime/common-settings.ts';
import { createAdmissionMetrics } from './admission/admission-metrics.ts';
import { createBell, type Bell } from './reconcile-loop/trigger.ts';
import { followEniDefault, type EniDefaultSource } from './admission/pod-gate/eni-default.ts';
import { createHealMetrics, type HealMetrics } from './heal-metrics.ts';
import { createPulse, type Pulse } from './reconcile-loop/liveness.ts';
import { createRefusalAlarm } from './admission/refused-handshakes.ts';
import { createRegistrationKeeper, type RegistrationKeeper } from './owned-objects/registration/registration-keeper.ts';
import { createPodGateEndpoint } from './admission/pod-gate/pod-gate-endpoint.ts';
import { createReviewService, type ReviewService } from './admission/review-service.ts';
import { createServingCertificates, type ServingCertificates } from './serving-certificates/serving-certificates.ts';
import type { WebhookSettings } from './settings.ts';
import { longestTurnMs } from './reconcile-loop/reconcile-loops.ts';
import type { WebhookOptions } from './webhook.ts';

/** What every replica has. */
export interface Parts {
  readonly hostName: string;
  readonly store: SecretStore;
  readonly registration: RegistrationKeeper;
  readonly certificates: ServingCertificates;
  readonly eniDefault: EniDefaultSource;
  readonly reviews: ReviewService;
  readonly metrics: HealMetrics;
  /** Rings when something of ours may have changed. */
  readonly bell: Bell;
  readonly pulse: Pulse;
}

/** Our own name among the writers of a field. */
export const fieldManager = programName.webhook;

const eniDefaultRecheckMs = 60_000;
const monotonicMs = () => performance.now();

/** Makes the parts and joins them; only the ENI default begins to read at once. */
export function createParts(o: WebhookOptions): Parts {
  const { settings, api, clock, log, registry, signal } = o;
  const hostName = webhookHostName(settings.SERVICE_NAME, settings.POD_NAMESPACE);
  const { POD_NAMESPACE: namespace, WEBHOOK_SECRET_NAME: name } = settings;
  const certificates = createServingCertificates({
    hostName,
    publishMs: settings.ROTATION_PUBLISH_MS,
    nowMs: () => clock.nowMs(),
    monotonicMs,
    onChange: () => reviews.swap(),
    log,
  });
  const metrics = createHealMetrics({ registry, certificates, clock });
  const bell = createBell();
  const setting = settings.ENI_DEFAULT;
  const eniDefault = followEniDefault({ setting, recheckMs: eniDefaultRecheckMs, api, log, signal });
  const admissions = createAdmissionMetrics(registry);
  const rule = gateRuleOf(settings);
  const podGate = createPodGateEndpoint({ rule, eniDefault: () => eniDefault.current(), metrics: admissions, log });
  const server = {
    host: settings.WEBHOOK_HOST,
    port: settings.WEBHOOK_PORT,
    endpoints: [podGate],
    metrics: admissions,
    onRefusedHandshake: createRefusalAlarm({ metrics, bell, monotonicMs }),
    log,
  };
  const reviews = createReviewService({ server, certificates, hostName, drainMs: settings.DRAIN_MS, log });
  return {
    hostName,
    store: openSecretStore({ api, namespace, name, fieldManager }),
    registration: createRegistrationKeeper({ api, fieldManager, settings: registrationOf(settings) }),
    certificates,
    eniDefault,
    reviews,
    metrics,
    bell,
    pulse: createPulse({ limitMs: longestPauseMs(settings) + 2 * longestTurnMs, monotonicMs }),
  };
}

function longestPauseMs(settings: WebhookSettings): number {
  return Math.max(settings.REGISTRATION_CHECK_MS, settings.SECRET_POLL_MS);
}

function registrationOf(settings: WebhookSettings) {
  return {
    namespace: settings.POD_NAMESPACE,
    serviceName: settings.SERVICE_NAME,
    failurePolicy: settings.FAILURE_POLICY,
    timeoutSeconds: settings.WEBHOOK_TIMEOUT_SECONDS,
    optOutNamespaceLabel: settings.OPT_OUT_NAMESPACE_LABEL,
    rule: gateRuleOf(settings),
  };
}
