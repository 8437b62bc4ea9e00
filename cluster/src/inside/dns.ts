import { Resolver } from 'node:dns/promises';
import { addresses } from '../addresses.ts';
import { waitFor } from '../machine/wait-for.ts';
import { corednsObjects } from './components/coredns.ts';
import type { Waiting } from './ready.ts';

const deadlineMs = 180_000;

/** Installs cluster DNS; the namespace for it appears a moment after the API server. */
export async function installDns(binary: string, { api, signal }: Waiting): Promise<void> {
  for (const { path, object } of corednsObjects(binary)) {
    await waitFor(path, () => api.apply(path, object).then(() => true), { deadlineMs, signal });
  }
}

/** Asks as a pod would, by the address of the Service. */
export async function dnsReady({ signal }: Pick<Waiting, 'signal'>): Promise<void> {
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([addresses.dnsService]);
  const probe = () => resolver.resolve4(`kubernetes.default.svc.${addresses.domain}`);
  await waitFor('cluster DNS', probe, { deadlineMs, signal });
}
