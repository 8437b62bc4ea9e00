import type { KubeConnection } from '@clb-direct/shared/kube/client/connect-kube.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { Registry } from 'prom-client';
import type { WebhookSettings } from './settings.ts';

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
