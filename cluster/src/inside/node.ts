import type { ClusterNode } from '../addresses.ts';
import { makePauseImage } from '../images/pause.ts';
import { createCgroup } from '../machine/cgroups.ts';
import { run } from '../machine/run.ts';
import { waitFor } from '../machine/wait-for.ts';
import type { ClusterSpec } from '../spec.ts';
import { containerd, containerdSocket } from './components/containerd.ts';
import { importCommand } from './components/import-image.ts';
import { kubeProxy } from './components/kube-proxy.ts';
import { kubelet } from './components/kubelet.ts';
import { bindKubeletDir } from './host.ts';
import { inNamespace } from './namespaces.ts';
import type { Component, Supervisor } from './supervisor.ts';

interface Start {
  spec: ClusterSpec;
  supervisor: Supervisor;
  signal: AbortSignal;
}

/**
 * Starts a node's containerd and kubelet. The kubelet may start before the API server answers: it registers as soon as
 * that is there, which saves a second.
 */
export async function startNode({ spec, supervisor, signal }: Start, node: ClusterNode): Promise<void> {
  const binary = spec.binaries.kubelet;
  if (binary === undefined) throw new Error('a node needs a kubelet, and there is none for this version');
  const cgroup = `${spec.cgroup}/${node.name}`;
  createCgroup(cgroup);
  await bindKubeletDir(node.name, `${spec.stateDir}/${node.name}/kubelet`, signal);
  supervisor.start(onNode(node, containerd(spec, node)));
  const client = ['ctr', '--address', containerdSocket(node.name), 'version'];
  await waitFor(`containerd of ${node.name}`, () => run(client, { signal }), { deadlineMs: 60_000, signal });
  supervisor.start(onNode(node, kubelet({ binary, spec, node, cgroup })));
  const archive = await makePauseImage({ binary: spec.binaries.pause, folder: `${spec.stateDir}/${node.name}` });
  await run(importCommand(node.name, archive), { signal });
}

/** Starts a node's kube-proxy, which needs the API server. */
export function startProxy({ spec, supervisor }: Omit<Start, 'signal'>, node: ClusterNode): void {
  const proxy = spec.binaries['kube-proxy'];
  if (proxy !== undefined) supervisor.start(onNode(node, kubeProxy(proxy, spec, node)));
}

function onNode({ namespace }: ClusterNode, { name, command }: Component): Component {
  return { name, command: inNamespace(namespace, command) };
}
