import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { V1MutatingWebhookConfiguration, V1Secret } from '@kubernetes/client-node';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { patchType, type KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { secret } from '@clb-direct/shared/kube/client/paths.ts';
import { find, kubeconfigPath } from '../cluster.ts';
import { until } from '../until.ts';
import { readRegistration } from './webhook-settings.ts';
import { installNamespace } from './webhook-pods.ts';

const execute = promisify(execFile);
const program = resolve(import.meta.dirname, '../../../../commands/src/rotate-certs/main.ts');
const path = secret(installNamespace, 'clb-direct-webhook-certs');

export type Kind = 'leaf' | 'ca';

export interface RotationRequest {
  readonly kind: Kind;
  /** How long the old CA stays trusted. */
  readonly settleMs: number;
}

/** Where a rotation stands, according to the Secret. */
export interface RotationState {
  readonly phase: string;
  readonly lastRequest: string;
  readonly isWaiting: boolean;
  /** ca.crt as it stands in the Secret and in the registration, base64. */
  readonly bundle: string;
  readonly published: string;
}

export async function readSecret(api: KubeApi): Promise<V1Secret | undefined> {
  return find<V1Secret>(api, path);
}

export async function deleteSecret(api: KubeApi): Promise<void> {
  await api.call({ method: 'DELETE', path, signal: AbortSignal.timeout(10_000) });
}

/** Rotates as people do, and returns when the command says that it is over. */
export async function runRotateCerts({ kind, settleMs }: RotationRequest): Promise<void> {
  const what = kind === 'ca' ? ['--ca', '--wait', '--settle', `${Math.ceil(settleMs / 1000)}s`] : [];
  const reason = ['--reason', `whole-system test ${Math.random().toString(36).slice(2, 10)}`];
  const args = ['rotate', ...what, ...reason, '--timeout', '3m', '--kubeconfig', kubeconfigPath()];
  await execute(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args]);
}

/** Asks for a rotation as the command does, and returns the request's id. */
export async function requestRotation(api: KubeApi, { kind, settleMs }: RotationRequest): Promise<string> {
  const id = `e2e-${Math.random().toString(36).slice(2, 10)}`;
  const request = JSON.stringify({ id, kind, reason: 'whole-system test', settleMs });
  const body = { metadata: { annotations: { [annotation.rotationRequest]: request } } };
  const contentType = patchType.merge;
  await api.call({ method: 'PATCH', path, body, contentType, signal: AbortSignal.timeout(10_000) });
  return id;
}

export async function rotationState(api: KubeApi): Promise<RotationState> {
  const [stored, registration] = await Promise.all([readSecret(api), readRegistration(api)]);
  const note = (key: string) => stored?.metadata?.annotations?.[key];
  return {
    phase: note(annotation.rotationPhase) ?? '',
    lastRequest: note(annotation.lastRotationRequest) ?? '',
    isWaiting: note(annotation.rotationRequest) !== undefined,
    bundle: stored?.data?.['ca.crt'] ?? '',
    published: publishedBundle(registration),
  };
}

function publishedBundle(registration: V1MutatingWebhookConfiguration | undefined): string {
  return registration?.webhooks?.[0]?.clientConfig.caBundle ?? '';
}

/** Waits for a phase of the rotation that a request has begun. */
export async function untilPhase(api: KubeApi, id: string, phase: string): Promise<void> {
  await until(
    `the rotation ${id} to be in the phase ${phase}`,
    async () => rotationState(api),
    (seen) => seen.lastRequest === id && seen.phase === phase,
  );
}

/** Waits until nothing but the new CA is stored and published. */
export async function untilRotated(api: KubeApi, id: string): Promise<void> {
  await until(
    `the rotation ${id} to be over`,
    async () => rotationState(api),
    (seen) => seen.lastRequest === id && seen.phase === 'stable' && !seen.isWaiting && seen.bundle === seen.published,
  );
}
