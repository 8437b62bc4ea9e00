import { readFileSync, writeFileSync } from 'node:fs';
import { addresses } from '../addresses.ts';
import { createCgroup } from '../machine/cgroups.ts';
import { importCommand } from './components/import-image.ts';
import { makePauseImage } from '../images/pause.ts';
import { run } from '../machine/run.ts';
import type { ClusterSpec } from '../spec.ts';
import { waitFor } from '../machine/wait-for.ts';
import { createApi } from './api.ts';
import { certificatePaths, createCertificates } from './certificates.ts';
import { containerd, containerdSocket } from './components/containerd.ts';
import { etcd } from './components/etcd.ts';
import { auditPolicy, auditPolicyPath, kubeApiserver } from './components/kube-apiserver.ts';
import { kubeControllerManager } from './components/kube-controller-manager.ts';
import { kubeProxy } from './components/kube-proxy.ts';
import { kubeScheduler } from './components/kube-scheduler.ts';
import { kubelet } from './components/kubelet.ts';
import { createCredentials } from './credentials.ts';
import { bindKubeletDir, setUpHost } from './host.ts';
import { setUpNetwork } from './network.ts';
import type { Waiting } from './ready.ts';
import * as ready from './ready.ts';
import type { Supervisor } from './supervisor.ts';

export interface BringUp {
  spec: ClusterSpec;
  supervisor: Supervisor;
  step(text: string): void;
  signal: AbortSignal;
}

type ClusterNode = (typeof addresses.nodes)[number];

/** Starts everything in the order that needs least waiting; returns when a pod could be created and would run. */
export async function bringUp(o: BringUp): Promise<void> {
  const { spec, supervisor, signal } = o;
  const nodes = spec.controlPlaneOnly ? [] : addresses.nodes.slice(0, spec.nodes);
  o.step('network and certificates');
  await Promise.all([setUpMachine(o), createCertificates(spec.stateDir, signal)]);
  const names = nodes.map((node) => node.name);
  const token = createCredentials(spec.stateDir, names);
  if (spec.audit) writeFileSync(auditPolicyPath(spec.stateDir), JSON.stringify(auditPolicy));
  const ca = readFileSync(certificatePaths(spec.stateDir).authority.certificate, 'utf8');
  const waiting: Waiting = { api: createApi({ ...addresses.apiServer, token, ca, signal }), signal };

  o.step('etcd and containerd');
  const runtimes = Promise.all(nodes.map((node, index) => startNode(o, node, index)));
  supervisor.start(etcd(spec));
  await ready.etcdReady(signal);
  o.step('API server');
  supervisor.start(kubeApiserver(spec));
  await Promise.all([ready.apiServerReady(waiting), runtimes]);
  o.step('controllers');
  startControllers(o);
  const offered = names.map((name) => ready.offerEnis(name, waiting).then(() => ready.nodeUsable(name, waiting)));
  const proxied = nodes.length > 0 ? [ready.proxyReady(signal)] : [];
  await Promise.all([...offered, ...proxied, ready.defaultServiceAccount(waiting)]);
  waiting.api.close();
}

async function setUpMachine({ spec, signal }: BringUp): Promise<void> {
  await setUpHost(addresses.nodes[0].name, signal);
  await setUpNetwork(spec.nodes, signal);
}

function startControllers({ spec, supervisor }: BringUp): void {
  supervisor.start(kubeControllerManager(spec));
  const scheduler = spec.binaries['kube-scheduler'];
  if (scheduler !== undefined) supervisor.start(kubeScheduler(scheduler, spec.stateDir));
  const proxy = spec.binaries['kube-proxy'];
  if (proxy !== undefined && !spec.controlPlaneOnly) supervisor.start(kubeProxy(proxy, spec.stateDir));
}

// The kubelet starts before the API server answers: it registers as soon as that is there, which saves a second.
async function startNode({ spec, supervisor, signal }: BringUp, node: ClusterNode, index: number): Promise<void> {
  const binary = spec.binaries.kubelet;
  if (binary === undefined) throw new Error('a node needs a kubelet, and there is none for this version');
  const cgroup = `${spec.cgroup}/${node.name}`;
  createCgroup(cgroup);
  await bindKubeletDir(node.name, `${spec.stateDir}/${node.name}/kubelet`, signal);
  supervisor.start(containerd(spec, node));
  const client = ['ctr', '--address', containerdSocket(node.name), 'version'];
  await waitFor(`containerd of ${node.name}`, () => run(client, { signal }), { deadlineMs: 60_000, signal });
  // 10249 to 10259 belong to the other components.
  const healthPort = 10248 + 20 * index;
  supervisor.start(kubelet({ binary, stateDir: spec.stateDir, node, cgroup, healthPort }));
  const archive = await makePauseImage({ binary: spec.binaries.pause, folder: `${spec.stateDir}/${node.name}` });
  await run(importCommand(node.name, archive), { signal });
}
