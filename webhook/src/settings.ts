import { commonSettings, leaseOrder, namePatterns } from '@clb-direct/shared/runtime/common-settings.ts';
import type { programSettings } from '@clb-direct/shared/runtime/program.ts';
import { integer, oneOf, outOfOrder, text, type Values } from '@clb-direct/shared/runtime/settings.ts';

const endpointSettings = {
  WEBHOOK_HOST: text({
    pattern: /^[0-9a-fA-F.:]+$/,
    expects: 'an IP address',
    default: '0.0.0.0',
    example: '0.0.0.0',
    help: 'address that the webhook listens on; "::" for IPv6',
  }),
  WEBHOOK_PORT: integer({ min: 0, max: 65_535, default: 8443, help: 'port that the webhook listens on' }),
  DRAIN_MS: integer({
    min: 0,
    max: 300_000,
    default: 10_000,
    help: 'how long it still answers after a stop signal; up to twice as long while API servers still call',
  }),
};

const drainSettings = {
  DRAIN_BEFORE_DELETE: oneOf(['off', 'opt-in', 'annotated', 'all'], {
    default: 'off',
    help: 'which deletions wait until the CLB sends nothing new: in namespaces with the label, of pods that ask, all',
  }),
  DRAIN_LIMIT_MS: integer({
    min: 1_000,
    max: 28_000,
    default: 25_000,
    help: 'how long a deletion waits at most; then the pod is deleted without',
  }),
  DRAIN_AFTER_ZERO_MS: integer({
    min: 0,
    max: 20_000,
    default: 1_000,
    help: 'how long a deletion waits after weight 0, for connections that were on their way; within DRAIN_LIMIT_MS',
  }),
  DRAIN_FAILURE_POLICY: oneOf(['Ignore', 'Fail'], {
    default: 'Ignore',
    help: 'what the API server does if it cannot reach the webhook: delete the pod undrained, or refuse to',
  }),
};

const preStopSettings = {
  PRE_STOP_SLEEP: oneOf(['off', 'opt-in', 'all'], {
    default: 'off',
    help: 'which pods with the gate get a preStop sleep: those that ask, by label or annotation, or all of them',
  }),
  PRE_STOP_SLEEP_SECONDS: integer({
    min: 1,
    max: 3_600,
    default: 20,
    help: 'how long their containers sleep before SIGTERM, where label and annotation name no number',
  }),
  PRE_STOP_REST_SECONDS: integer({
    min: 0,
    max: 3_600,
    default: 5,
    help: 'how much of the grace period stays for the application after the sleep; the sleep is cut for it',
  }),
};

const registrationSettings = {
  SERVICE_NAME: text({
    pattern: namePatterns.dnsLabel,
    expects: 'the name of a Service',
    default: 'clb-direct-webhook',
    example: 'clb-direct-webhook',
    help: 'Service through which the API server calls the webhook',
  }),
  WEBHOOK_SECRET_NAME: text({
    pattern: namePatterns.dnsName,
    expects: 'the name of a Secret',
    default: 'clb-direct-webhook-certs',
    example: 'clb-direct-webhook-certs',
    help: 'Secret that holds the CA and the certificate',
  }),
  FAILURE_POLICY: oneOf(['Ignore', 'Fail'], {
    default: 'Ignore',
    help: 'what the API server does if it cannot reach the webhook: create the pod without the gate, or refuse it',
  }),
  GATE_PAUSE_MS: integer({
    min: 0,
    max: 86_400_000,
    default: 600_000,
    help: 'new pods get no gate after no controller has led for so long; 0: they always get it',
  }),
  WEBHOOK_TIMEOUT_SECONDS: integer({
    min: 1,
    max: 30,
    default: 5,
    help: 'how long the API server waits for an answer',
  }),
  REGISTRATION_CHECK_MS: integer({
    min: 100,
    max: 600_000,
    default: 15_000,
    help: 'how often the leader reads Secret, registration and Service while it cannot watch them; else every 2 min',
  }),
  SECRET_POLL_MS: integer({
    min: 100,
    max: 600_000,
    default: 5_000,
    help: 'how often each replica reads the Secret while it cannot watch it or does not serve it yet; else every 2 min',
  }),
};

const dayMs = 86_400_000;
const mostLifeMs = 3_650 * dayMs;

const certificateSettings = {
  CERTIFICATE_SOURCE: oneOf(['own', 'secret'], {
    default: 'own',
    help: 'who fills the Secret: the webhook itself, or another writer, for example cert-manager',
  }),
  CA_LIFE_MS: integer({ min: 240_000, max: mostLifeMs, default: 365 * dayMs, help: 'how long a CA lives' }),
  LEAF_LIFE_MS: integer({
    min: 60_000,
    max: mostLifeMs,
    default: 90 * dayMs,
    help: 'how long a certificate lives; at most a quarter of CA_LIFE_MS',
  }),
  ROTATION_PUBLISH_MS: integer({
    min: 0,
    max: 3_600_000,
    default: 30_000,
    help: 'how long a new CA is published before anything is served under it',
  }),
  ROTATION_SETTLE_MS: integer({
    min: 0,
    max: 30 * dayMs,
    default: dayMs,
    help: 'how long an old CA stays trusted after nothing is served under it any more',
  }),
};

/** Every setting of the webhook, as --help shows it. */
export const webhookSettings = {
  ...commonSettings,
  ...endpointSettings,
  ...registrationSettings,
  ...drainSettings,
  ...preStopSettings,
  ...certificateSettings,
};

export type WebhookSettings = Values<typeof webhookSettings>;

/** Settings that are fine alone and do not go together; empty = all do. */
export function settingConflicts(settings: WebhookSettings & Values<typeof programSettings>): readonly string[] {
  return [...outOfOrder(settings, leaseOrder), ...longDrain(settings), ...shortLives(settings)];
}

function longDrain(settings: WebhookSettings & Values<typeof programSettings>): readonly string[] {
  const { DRAIN_MS: drain, STOP_DEADLINE_MS: stop } = settings;
  return 2 * drain < stop
    ? []
    : [`DRAIN_MS: got ${drain}, expects less than half of STOP_DEADLINE_MS, which is ${stop}`];
}

// A CA is renewed when a third of its life is left: certificates under it must come and go in that time.
function shortLives({ CA_LIFE_MS: ca, LEAF_LIFE_MS: leaf }: WebhookSettings): readonly string[] {
  const mostMs = Math.floor(ca / 4);
  return leaf <= mostMs
    ? []
    : [`LEAF_LIFE_MS: got ${leaf}, expects at most a quarter of CA_LIFE_MS, which is ${mostMs}`];
}
