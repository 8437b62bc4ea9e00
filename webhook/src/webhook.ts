import { programName } from '@clb-direct/shared/domain/names.ts';
import type { KubeConnection } from '@clb-direct/shared/kube/client/connect-kube.ts';
import { createEventRecorder } from '@clb-direct/shared/kube/events/event-recorder.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { Registry } from 'prom-client';
import { createParts } from './create-parts.ts';
import { uninstallWhenStopped } from './uninstall/uninstall.ts';
import { followSecret } from './serving-certificates/follow-secret.ts';
import { runAsHolder } from './leader/run-as-leader.ts';
import { createRightsAlarm, hearFailures } from './findings/missing-permissions.ts';
import type { WebhookSettings } from './settings.ts';
import { watchOwnObjects } from './owned-objects/watch-own-objects.ts';

/** What the webhook is started with. */
export interface WebhookOptions {
  readonly settings: WebhookSettings;
  readonly api: KubeApi;
  /** The API server's clock. */
  readonly clock: KubeConnection['clock'];
  readonly registry: Registry;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Stops the program. */
  readonly stop: (why: string) => void;
}

/** A webhook at work. */
export interface Webhook {
  /** Why no review should come here; empty = ready. */
  problems(): Promise<readonly string[]>;
  /** Which of its loops got stuck; empty = none. */
  stuck(): readonly string[];
  /** Ends after the signal has aborted and the connections were drained. */
  readonly stopped: Promise<void>;
}

/** Starts every part: the endpoint, what each replica follows, and the work of the Lease holder. */
export function startWebhook(options: WebhookOptions): Webhook {
  const recorder = createEventRecorder({ ...options, component: programName.webhook });
  const alarm = {
    ...options,
    recorder,
    namespace: options.settings.POD_NAMESPACE,
    monotonicMs: () => performance.now(),
  };
  const o = { ...options, api: hearFailures(options.api, createRightsAlarm(alarm)) };
  const parts = createParts(o);
  const running = [
    parts.reviews.run(o.signal),
    followSecret({ ...o, ...parts, pollMs: o.settings.SECRET_POLL_MS }),
    watchOwnObjects({ ...o, ...namesOf(o.settings), onChange: () => parts.bell.ring() }),
    parts.eniDefault.stopped,
    runAsHolder(o, parts, recorder),
    uninstallWhenStopped({ ...o, namespace: o.settings.POD_NAMESPACE }),
  ];
  return {
    problems: () => parts.reviews.problems(parts.certificates.trusted()),
    stuck: () => parts.pulse.problems(),
    stopped: Promise.all(running).then(() => undefined),
  };
}

function namesOf(settings: WebhookSettings) {
  return {
    namespace: settings.POD_NAMESPACE,
    secretName: settings.WEBHOOK_SECRET_NAME,
    serviceName: settings.SERVICE_NAME,
  };
}
