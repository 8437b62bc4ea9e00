import type { Registry } from 'prom-client';
import type { Log } from '../runtime/logger.ts';
import type { KubeApi } from './kube-api.ts';

export interface ConnectKubeOptions {
  /** Absent: $KUBECONFIG, ~/.kube/config, or the pod's own ServiceAccount. */
  readonly kubeconfigPath?: string;
  readonly userAgent: string;
  readonly log: Log;
  readonly registry?: Registry;
}

export declare function connectKube(options: ConnectKubeOptions): Promise<KubeApi>;
