import { join } from 'node:path';
import type { Cluster } from '@clb-direct/cluster/cluster.ts';
import type { ImageDigests } from './load-images.ts';
import type { Step } from './step.ts';

const installed = ['webhook', 'controller'] as const;
const annotation = 'clb-direct.io/image-digest';

interface Install {
  readonly kubectl: (...args: readonly string[]) => Promise<string>;
  readonly digests: ImageDigests;
  readonly say: Step['say'];
}

/**
 * Installs both programs as users do and waits until they are ready; a program whose image is another now is restarted.
 */
export async function install(
  cluster: Pick<Cluster, 'kubectl'>,
  digests: ImageDigests,
  { root, say, signal: stop }: Step,
): Promise<void> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(300_000)]);
  const kubectl = async (...args: readonly string[]) =>
    (await cluster.kubectl(args, { signal, timeoutMs: 250_000 })).stdout;
  const before = new Map(
    await Promise.all(installed.map(async (name) => [name, await readDigest(kubectl, name)] as const)),
  );
  say('kubectl apply -k manifests/local');
  await kubectl('apply', '-k', join(root, 'manifests/local'));
  for (const name of installed) await useImage({ kubectl, digests, say }, name, before.get(name));
  for (const name of installed) {
    await kubectl('-n', 'clb-direct', 'rollout', 'status', `deployment/clb-direct-${name}`, '--timeout=240s');
  }
  await untilRegistered(kubectl);
}

/** The digest that a Deployment was installed with: undefined without Deployment, empty when it does not say. */
async function readDigest(kubectl: Install['kubectl'], name: string): Promise<string | undefined> {
  const path = `jsonpath={.metadata.name}={.metadata.annotations.${annotation.replaceAll('.', String.raw`\.`)}}`;
  const deployment = `deployment/clb-direct-${name}`;
  const found = await kubectl('-n', 'clb-direct', 'get', deployment, '--ignore-not-found', '-o', path);
  return found === '' ? undefined : found.slice(found.indexOf('=') + 1);
}

/** The tag of a new image is that of the old one, so nothing but a restart replaces pods that run the old. */
async function useImage(
  { kubectl, digests, say }: Install,
  name: (typeof installed)[number],
  before: string | undefined,
): Promise<void> {
  const deployment = `deployment/clb-direct-${name}`;
  const digest = digests.get(name) ?? '';
  if (before === digest) return;
  if (before !== undefined) {
    say(`the image of the ${name} has changed: kubectl rollout restart ${deployment}`);
    await kubectl('-n', 'clb-direct', 'rollout', 'restart', deployment);
  }
  // Only now: after a stop in between, the next run restarts again instead of never.
  await kubectl('-n', 'clb-direct', 'annotate', '--overwrite', deployment, `${annotation}=${digest}`);
}

/** The webhook registers itself once it serves; before that pods are created without their gate. */
async function untilRegistered(kubectl: Install['kubectl']): Promise<void> {
  await kubectl('wait', '--for=create', '--timeout=120s', 'mutatingwebhookconfiguration/clb-direct-pod-gate');
}
