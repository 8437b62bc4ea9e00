import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { V1Pod } from '@kubernetes/client-node';

const execute = promisify(execFile);
const table = 'e2e_cut_off';
const apiServerPort = 6443;
const probePort = 9090;

/** Drops what a pod sends to the API server while the work goes on; the API server still reaches the pod. */
export async function whileCutOff<T>(pod: V1Pod, work: () => Promise<T>): Promise<T> {
  const rule = `ip saddr ${pod.status?.podIP ?? ''} tcp dport ${apiServerPort} drop`;
  // Behind the translation of the Service's address.
  await nft(`table ip ${table} { chain in { type filter hook input priority 0; policy accept; ${rule}; }; }`);
  try {
    return await work();
  } finally {
    await nft(`delete table ip ${table}`);
  }
}

/** Refuses the kubelet's probes of every pod but these during the work: pods that are not ready yet stay unready. */
export async function whileUnprobed<T>(spared: readonly V1Pod[], work: () => Promise<T>): Promise<T> {
  const ips = spared.flatMap(({ status }) => status?.podIP ?? []);
  const rule = `ip daddr != { ${ips.join(', ')} } tcp dport ${probePort} reject with tcp reset`;
  await nft(`table ip ${table} { chain out { type filter hook output priority 0; policy accept; ${rule}; }; }`);
  try {
    return await work();
  } finally {
    await nft(`delete table ip ${table}`);
  }
}

async function nft(script: string): Promise<void> {
  const running = execute('nft', ['-f', '-']);
  running.child.stdin?.end(`${script}\n`);
  await running;
}
