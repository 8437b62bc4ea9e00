import { commonSettings } from '@clb-direct/shared/runtime/common-settings.ts';
import type { programSettings } from '@clb-direct/shared/runtime/program.ts';
import { integer, list, oneOf, text, type Values } from '@clb-direct/shared/runtime/settings.ts';

const dnsLabel = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const dnsName = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
const qualifiedName = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** Names that end up in the registration, where the API server would refuse what is malformed. */
const namesInRegistration = {
  OPT_OUT_ANNOTATION: text({
    pattern: qualifiedName,
    expects: 'an annotation key',
    default: 'clb-direct.io/gate',
    example: 'clb-direct.io/gate',
    help: commonSettings.OPT_OUT_ANNOTATION.help,
  }),
  OPT_OUT_NAMESPACE_LABEL: text({
    pattern: qualifiedName,
    expects: 'a label key',
    default: 'clb-direct.io/gate',
    example: 'clb-direct.io/gate',
    help: commonSettings.OPT_OUT_NAMESPACE_LABEL.help,
  }),
  EXCLUDED_NAMESPACES: list({
    pattern: dnsLabel,
    default: ['kube-system', 'kube-public', 'kube-node-lease'],
    example: 'kube-system,kube-public,kube-node-lease',
    help: commonSettings.EXCLUDED_NAMESPACES.help,
  }),
};

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
    help: 'how long it goes on answering after a stop signal',
  }),
};

const registrationSettings = {
  SERVICE_NAME: text({
    pattern: dnsLabel,
    expects: 'the name of a Service',
    default: 'clb-direct-webhook',
    example: 'clb-direct-webhook',
    help: 'Service through which the API server calls the webhook',
  }),
  WEBHOOK_SECRET_NAME: text({
    pattern: dnsName,
    expects: 'the name of a Secret',
    default: 'clb-direct-webhook-certs',
    example: 'clb-direct-webhook-certs',
    help: 'Secret that holds the CA and the certificate',
  }),
  FAILURE_POLICY: oneOf(['Ignore', 'Fail'], {
    default: 'Ignore',
    help: 'what the API server does with a pod when the webhook cannot be reached: create it without the gate, or refuse it',
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
    help: 'how often the Lease holder checks Secret and registration',
  }),
  SECRET_POLL_MS: integer({ min: 100, max: 600_000, default: 5_000, help: 'how often each replica reads the Secret' }),
};

const leaseSettings = {
  LEASE_DURATION_MS: integer({
    min: 1_000,
    max: 600_000,
    default: 15_000,
    help: 'how long others wait without a renewal before they take the Lease over',
  }),
  LEASE_RENEW_DEADLINE_MS: integer({
    min: 500,
    max: 600_000,
    default: 10_000,
    help: 'how long the holder acts after its last renewal; less than LEASE_DURATION_MS',
  }),
  LEASE_RETRY_MS: integer({
    min: 100,
    max: 60_000,
    default: 2_000,
    help: 'pause between tries to get or renew the Lease',
  }),
};

/** Every setting of the webhook, as --help shows it. */
export const webhookSettings = {
  ...commonSettings,
  ...namesInRegistration,
  ...endpointSettings,
  ...registrationSettings,
  ...leaseSettings,
};

export type WebhookSettings = Values<typeof webhookSettings>;

/** Settings that are fine alone and do not go together; empty = all do. */
export function settingConflicts(settings: WebhookSettings & Values<typeof programSettings>): readonly string[] {
  const order = [
    ['LEASE_RENEW_DEADLINE_MS', 'LEASE_DURATION_MS'],
    ['LEASE_RETRY_MS', 'LEASE_RENEW_DEADLINE_MS'],
    ['DRAIN_MS', 'STOP_DEADLINE_MS'],
  ] as const;
  return order
    .filter(([less, more]) => settings[less] >= settings[more])
    .map(([less, more]) => `${less}: got ${settings[less]}, expects less than ${more}, which is ${settings[more]}`);
}
