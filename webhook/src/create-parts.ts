import { webhookHostName } from '@clb-direct/certs/host-names.ts';
import { openSecretStore, type SecretStore } from '@clb-direct/certs/secret-store.ts';
import { programName } from '@clb-direct/shared/domain/names.ts';
import type { Reporter } from '@clb-direct/shared/kube/events/reporter.ts';
import { gateRuleOf } from '@clb-direct/shared/runtime/common-settings.ts';
import { createAdmissionMetrics } from './admission/admission-metrics.ts';
import { followEniDefault, type EniDefaultSource } from './admission/pod-gate/eni-default.ts';
import { podGatePath } from './admission/pod-gate/pod-gate-endpoint.ts';
import { podDrainPath } from './admission/pod-drain/pod-drain-endpoint.ts';
import { watchRefusedHandshakes } from './admission/refused-handshakes.ts';
import { createReviewService, type ReviewService } from './admission/review-service.ts';
import { createEndpoints } from './create-endpoints.ts';
import { longestRestMs, watchOwnObjects, type OwnObjectWatches } from './owned-objects/watch-own-objects.ts';
import { createRegistrationKeeper, type RegistrationKeeper } from './owned-objects/registration/registration-keeper.ts';
import { createReconcileLoops, longestRunMs, type ReconcileLoops } from './reconcile-loop/reconcile-loops.ts';
import { createCertificateMetrics } from './serving-certificates/certificate-metrics.ts';
import { createServingCertificates, type ServingCertificates } from './serving-certificates/serving-certificates.ts';
import type { WebhookSettings } from './settings.ts';
import type { WebhookOptions } from './webhook-options.ts';

/** What every replica has. */
export interface Parts {
  readonly hostName: string;
  readonly store: SecretStore;
  readonly registration: RegistrationKeeper;
  readonly certificates: ServingCertificates;
  readonly eniDefault: EniDefaultSource;
  readonly reviews: ReviewService;
  readonly loops: ReconcileLoops;
  readonly watches: OwnObjectWatches;
}

/** Our own name in managedFields. */
export const fieldManager = programName.webhook;

export const monotonicMs = () => performance.now();

/** Without a watch. */
const eniDefaultRecheckMs = 60_000;

/** Creates the parts and connects them; only the ENI default and the watches begin to read at once. */
export function createParts(o: WebhookOptions, reporter: Reporter): Parts {
  const { settings, api, clock, log, registry, signal } = o;
  const { POD_NAMESPACE: namespace, WEBHOOK_SECRET_NAME: name, ENI_DEFAULT: setting } = settings;
  const hostName = webhookHostName(settings.SERVICE_NAME, namespace);
  const stuckAfterMs = longestPauseMs(settings) + 2 * longestRunMs;
  const loops = createReconcileLoops({ stuckAfterMs, monotonicMs, log, registry });
  const certificates = createServingCertificates({
    hostName,
    publishMs: settings.ROTATION_PUBLISH_MS,
    nowMs: () => clock.nowMs(),
    monotonicMs,
    onChange: () => reviews.swap(),
    log,
  });
  const pauses = { recheckMs: eniDefaultRecheckMs, restMs: longestRestMs };
  const eniDefault = followEniDefault({ setting, ...pauses, api, reporter, loops, log, registry, signal });
  const server = serverOf(o, { certificates, eniDefault, loops, reporter });
  const reviews = createReviewService({ server, certificates, hostName, drainMs: settings.DRAIN_MS, log });
  return {
    hostName,
    store: openSecretStore({ api, namespace, name, fieldManager }),
    registration: createRegistrationKeeper({ api, fieldManager, settings: registrationOf(settings) }),
    certificates,
    eniDefault,
    reviews,
    loops,
    watches: watchOwnObjects({
      ...{ api, namespace, log, registry, signal },
      secretName: name,
      serviceName: settings.SERVICE_NAME,
      // Certificates that live shortly are due soon, and no watch says so.
      restMs: Math.min(longestRestMs, settings.LEAF_LIFE_MS / 16),
      onChange: () => loops.trigger(),
    }),
  };
}

function longestPauseMs(settings: WebhookSettings): number {
  return Math.max(settings.REGISTRATION_CHECK_MS, settings.SECRET_POLL_MS, longestRestMs);
}

type ServerParts = Pick<Parts, 'certificates' | 'eniDefault' | 'loops'> & { readonly reporter: Reporter };

function serverOf(o: WebhookOptions, { certificates, eniDefault, loops, reporter }: ServerParts) {
  const { settings, registry, clock, log } = o;
  const metrics = createAdmissionMetrics(registry);
  const handshakes = createCertificateMetrics({ registry, certificates, clock });
  return {
    host: settings.WEBHOOK_HOST,
    port: settings.WEBHOOK_PORT,
    endpoints: createEndpoints(o, { reporter, loops, eniDefault, metrics, monotonicMs }),
    metrics,
    onRefusedHandshake: watchRefusedHandshakes({ metrics: handshakes, trigger: () => loops.trigger(), monotonicMs }),
    log,
  };
}

function registrationOf(settings: WebhookSettings) {
  return {
    namespace: settings.POD_NAMESPACE,
    serviceName: settings.SERVICE_NAME,
    path: podGatePath,
    failurePolicy: settings.FAILURE_POLICY,
    timeoutSeconds: settings.WEBHOOK_TIMEOUT_SECONDS,
    optOutNamespaceLabel: settings.OPT_OUT_NAMESPACE_LABEL,
    rule: gateRuleOf(settings),
    asksAboutGated: settings.PRE_STOP_SLEEP !== 'off',
    drain:
      settings.DRAIN_BEFORE_DELETE === 'off'
        ? undefined
        : { path: podDrainPath, failurePolicy: settings.DRAIN_FAILURE_POLICY },
  };
}
