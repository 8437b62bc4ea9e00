import { credentialPaths } from '../credentials.ts';
import type { Component } from '../supervisor.ts';

/** The scheduler. */
export function kubeScheduler(binary: string, stateDir: string): Component {
  const flags = [
    `--kubeconfig=${credentialPaths(stateDir).scheduler}`,
    '--bind-address=127.0.0.1',
    '--leader-elect=false',
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
  ];
  return { name: 'kube-scheduler', command: [binary, ...flags] };
}
