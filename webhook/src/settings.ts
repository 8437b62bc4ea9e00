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
    help: 'how long it goes on answering after a stop signal',
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

/** Every setting of the webhook, as --help shows it. */
export const webhookSettings = {
  ...commonSettings,
  ...endpointSettings,
  ...registrationSettings,
};

export type WebhookSettings = Values<typeof webhookSettings>;

/** Settings that are fine alone and do not go together; empty = all do. */
export function settingConflicts(settings: WebhookSettings & Values<typeof programSettings>): readonly string[] {
  return outOfOrder(settings, [...leaseOrder, ['DRAIN_MS', 'STOP_DEADLINE_MS']]);
}
