import { programName } from '@clb-direct/shared/domain/names.ts';
import { createEventRecorder } from '@clb-direct/shared/kube/events/event-recorder.ts';
import { createReporter } from '@clb-direct/shared/kube/events/reporter.ts';
import { createLeader } from './create-leader.ts';
import { createParts, monotonicMs, type Parts } from './create-parts.ts';
import type { WebhookOptions } from './webhook-options.ts';
import { observeFailures, watchMissingPermissions } from './findings/missing-permissions.ts';
import { runAsLeader } from './leader/run-as-leader.ts';
import { followSecret } from './serving-certificates/follow-secret.ts';
import { uninstallWhenStopped } from './uninstall/uninstall.ts';

/** A webhook at work. */
export interface Webhook {
  /** Why no review should come here; empty = ready. */
  problems(): Promise<readonly string[]>;
  /** Which of its loops are stuck; empty = none. */
  stuck(): readonly string[];
  /** Ends after the signal has aborted and the connections were drained. */
  readonly stopped: Promise<void>;
}

const flushMs = 3_000;

/** Starts every part: the server, what each replica follows, and the leader's work. */
export function startWebhook(options: WebhookOptions): Webhook {
  const { log, signal } = options;
  const recorder = createEventRecorder({ ...options, component: programName.webhook });
  const reporter = createReporter({ recorder, log, nowMs: monotonicMs });
  const namespace = options.settings.POD_NAMESPACE;
  const onFailure = watchMissingPermissions({ reporter, namespace, monotonicMs, signal });
  const o = { ...options, api: observeFailures(options.api, onFailure) };
  const parts = createParts(o, reporter);
  const { reviews, certificates, network, loops } = parts;
  const flush = async () => recorder.flush(AbortSignal.timeout(flushMs));
  const led = runAsLeader(createLeader(o, parts, reporter)).then(flush);
  const running = [
    // Reviews are answered for long after the leader has ended, and say something too.
    reviews.run(signal).then(async () => led.then(flush)),
    network.stopped,
    follow(o, parts),
    uninstallWhenStopped({ ...o, namespace }),
  ];
  return {
    problems: () => reviews.problems(certificates.trusted()),
    stuck: () => loops.stuck(),
    stopped: Promise.all(running).then(() => undefined),
  };
}

/** What each replica reads, leader or not. */
async function follow({ settings, signal }: WebhookOptions, parts: Parts): Promise<void> {
  const { store, registration, certificates, loops, watches } = parts;
  const { SECRET_POLL_MS: pollMs } = settings;
  const readPublishedBundle = (aborted: AbortSignal) => registration.readPublishedBundle(aborted);
  const restMs = () => watches.pauseMs(pollMs);
  await Promise.all([
    followSecret({ store, readPublishedBundle, certificates, pollMs, restMs, loops, signal }),
    watches.stopped,
  ]);
}
