import { readFileSync, writeFileSync } from 'node:fs';
import { addresses, type ClusterNode } from '../addresses.ts';
import type { ClusterSpec } from '../spec.ts';
import { createApi } from './api.ts';
import { certificatePaths, createCertificates } from './certificates.ts';
import { etcd } from './components/etcd.ts';
import { auditPolicy, auditPolicyPath, kubeApiserver } from './components/kube-apiserver.ts';
import { kubeControllerManager } from './components/kube-controller-manager.ts';
import { kubeScheduler } from './components/kube-scheduler.ts';
import { createCredentials } from './credentials.ts';
import { dnsReady, installDns } from './dns.ts';
import { setUpHost } from './host.ts';
import { setUpNetwork } from './network.ts';
import { startNode, startProxy } from './node.ts';
import type { Waiting } from './ready.ts';
import * as ready from './ready.ts';
import type { Supervisor } from './supervisor.ts';

export interface BringUp {
  spec: ClusterSpec;
  supervisor: Supervisor;
  step(text: string): void;
  signal: AbortSignal;
}

/**
 * Starts everything in the order that needs least waiting; returns when a pod could be created, would run and would
 * find Services by name.
 */
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
  const runtimes = Promise.all(nodes.map((node) => startNode(o, node)));
  supervisor.start(etcd(spec));
  await ready.etcdReady(signal);
  o.step('API server');
  supervisor.start(kubeApiserver(spec));
  await Promise.all([ready.apiServerReady(waiting), runtimes]);
  o.step('controllers');
  startControllers(o);
  for (const node of nodes) startProxy(o, node);
  const usable = nodes.map((node) => nodeReady(node, waiting));
  await Promise.all([...usable, startDns(o, waiting), ready.defaultServiceAccount(waiting)]);
  waiting.api.close();
}

async function nodeReady(node: ClusterNode, waiting: Waiting): Promise<void> {
  await ready.offerEnis(node.name, waiting);
  await Promise.all([ready.nodeUsable(node.name, waiting), ready.proxyReady(node, waiting.signal)]);
}

async function startDns({ spec }: BringUp, waiting: Waiting): Promise<void> {
  const { coredns } = spec.binaries;
  if (coredns === undefined) return;
  await installDns(coredns, waiting);
  await dnsReady(waiting);
}

async function setUpMachine({ spec, signal }: BringUp): Promise<void> {
  await setUpHost(addresses.nodes[0].name, signal);
  await setUpNetwork(spec, signal);
}

function startControllers({ spec, supervisor }: BringUp): void {
  supervisor.start(kubeControllerManager(spec));
  const scheduler = spec.binaries['kube-scheduler'];
  if (scheduler !== undefined) supervisor.start(kubeScheduler(scheduler, spec.stateDir));
}
