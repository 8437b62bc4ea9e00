import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../machine/run.ts';
import { moduleFolder } from './key.ts';

export interface PinOptions {
  /** An exact version, such as 1.36.3. */
  version: string;
  env: NodeJS.ProcessEnv;
  say: (line: string) => void;
  signal: AbortSignal;
}

const etcd = 'go.etcd.io/etcd/server/v3';

/** The module that has a version of Kubernetes: the oldest has one of its own. */
export function moduleOf(version: string): keyof typeof tools {
  return version.startsWith('1.24.') ? '1.24' : '.';
}

/** The packages that a module's go.mod names as tools. */
const tools = {
  '.': ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl', 'kubelet', 'kube-proxy'],
  '1.24': ['kube-apiserver', 'kube-controller-manager'],
} as const;

/** Regenerates go.mod and go.sum of one of our modules for a version of Kubernetes. */
export async function pinKubernetes(o: PinOptions): Promise<void> {
  const module = moduleOf(o.version);
  const goMod = await downloadGoMod(o);
  // Every package with its version: without one, go takes the newest there is, whatever go.mod says.
  const kubernetes = tools[module].map((name) => `k8s.io/kubernetes/cmd/${name}@v${o.version}`);
  // The etcd that Kubernetes itself was tested with: a newer one drags other modules up.
  const packages = module === '.' ? [...kubernetes, `${etcd}@${etcdVersion(goMod)}`] : kubernetes;
  // Beside the real ones until all is well, because a cluster may be starting from them.
  const draft = await mkdtemp(join(tmpdir(), 'clb-direct-'));
  try {
    writeFileSync(join(draft, 'go.mod'), renderGoMod(stagingModules(goMod), o.version));
    o.say(`resolving the modules of ${packages.length} programs`);
    const env = { ...o.env, GOWORK: 'off', GOFLAGS: '' };
    await run(['go', 'get', '-tool', ...packages], { cwd: draft, env, signal: o.signal, timeoutMs: 900_000 });
    const folder = moduleFolder(module);
    mkdirSync(folder, { recursive: true });
    for (const file of ['go.mod', 'go.sum']) copyFileSync(join(draft, file), join(folder, file));
    o.say(`wrote ${join(folder, 'go.mod')} for Kubernetes ${o.version}`);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function downloadGoMod(o: PinOptions): Promise<string> {
  const command = ['go', 'mod', 'download', '-json', `k8s.io/kubernetes@v${o.version}`];
  const { stdout } = await run(command, { cwd: '/', env: o.env, signal: o.signal, timeoutMs: 900_000 });
  const { GoMod: path } = JSON.parse(stdout) as { GoMod: string };
  return readFileSync(path, 'utf8');
}

/** Names the modules that Kubernetes' own go.mod takes from its staging folder, which is not part of its module. */
export function stagingModules(goMod: string): string[] {
  return [...goMod.matchAll(/^\s*(?:replace )?(\S+) => \.\/staging\/src\/\S+$/gm)].map(([, name = '']) => name);
}

/** Reads the version of etcd that Kubernetes' go.mod has. */
export function etcdVersion(goMod: string): string {
  const version = /^\s*(?:require )?go\.etcd\.io\/etcd\/client\/v3 (v\S+)/m.exec(goMod)?.[1];
  if (version === undefined) throw new Error('this go.mod of Kubernetes names no etcd');
  return version;
}

/** Writes a go.mod in which every staging module is the one published with that version: 1.36.3 goes with v0.36.3. */
export function renderGoMod(replaced: readonly string[], version: string): string {
  const published = `v0${version.slice(version.indexOf('.'))}`;
  const replaces = replaced.map((name) => `replace ${name} => ${name} ${published}`);
  return ['module tools', 'go 1.26.0', ...replaces].join('\n\n') + '\n';
}
