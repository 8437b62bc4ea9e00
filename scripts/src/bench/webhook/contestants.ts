import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bundlePrograms } from '../../image/bundle-program.ts';
import { environment, flagsOf, programs } from '../../image/programs.ts';
import type { GoPrograms } from './go-programs.ts';

/** One server that is measured. */
export interface Contestant {
  readonly name: 'ours' | 'bareHttps' | 'controllerRuntime';
  readonly title: string;
  readonly isNode: boolean;
  command(port: number, opsPort: number): readonly string[];
  env(port: number, opsPort: number): Readonly<Record<string, string>>;
}

/** Bundles our programs, as images carry them, and says how each server is started. */
export async function prepareContestants(o: {
  root: string;
  folder: string;
  kubeconfigPath: string;
  goPrograms: GoPrograms;
}): Promise<Record<Contestant['name'], Contestant>> {
  const { folder } = o;
  const ours = await unpackBundle(o.root, 'webhook/src/main.ts', join(folder, 'ours'));
  const bare = await unpackBundle(o.root, 'scripts/src/bench/webhook/bare-https.ts', join(folder, 'bare'));
  const flags = flagsOf(programs.find(({ name }) => name === 'webhook') ?? {});
  const node = join(o.root, 'node_modules/node/bin/node');
  return {
    ours: {
      name: 'ours',
      title: 'clb-direct webhook, as shipped',
      isNode: true,
      command: () => [node, ...flags, ours],
      env: (port, opsPort) => ({ ...environment, ...settingsOf({ kubeconfigPath: o.kubeconfigPath, port, opsPort }) }),
    },
    bareHttps: {
      name: 'bareHttps',
      title: 'bare node:https',
      isNode: true,
      command: (port) => [node, bare, folder, String(port)],
      env: () => ({}),
    },
    controllerRuntime: {
      name: 'controllerRuntime',
      title: 'controller-runtime (Go)',
      isNode: false,
      command: (port) => [o.goPrograms.controllerRuntime, '-port', String(port), '-certificates', folder],
      env: () => ({}),
    },
  };
}

async function unpackBundle(root: string, entry: string, folder: string): Promise<string> {
  for (const { path, content } of await bundlePrograms(root, { main: entry })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return join(folder, 'app/main.js');
}

/** The settings of a user's ConfigMap, with everything on the loopback address and no wait at the end. */
function settingsOf(o: { kubeconfigPath: string; port: number; opsPort: number }): Record<string, string> {
  return {
    KUBECONFIG: o.kubeconfigPath,
    CLUSTER_ID: 'cls-bench001',
    REGION: 'ap-guangzhou',
    VPC_ID: 'vpc-bench001',
    ENI_DEFAULT: 'not-eni',
    POD_NAMESPACE: 'clb-direct',
    POD_NAME: 'clb-direct-webhook-bench',
    WEBHOOK_HOST: '127.0.0.1',
    WEBHOOK_PORT: String(o.port),
    OPS_HOST: '127.0.0.1',
    OPS_PORT: String(o.opsPort),
    DRAIN_MS: '0',
  };
}
