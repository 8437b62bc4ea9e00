import { defaultPolicy, type KeyedCertificate } from '@clb-direct/certs/material.ts';
import { issueCa, issueLeaf } from '@clb-direct/certs/issue-certificates.ts';

/** Certificates for ids that the emulator was not given, by a CA that it makes for itself. */
export interface MadeCertificates {
  leafFor(name: string): Promise<{ cert: string; key: string }>;
}

/** Clients may ask for any name. */
const mostLeaves = 500;

/** Makes nothing before it is asked. */
export function createMadeCertificates(): MadeCertificates {
  const leaves = new Map<string, Promise<{ cert: string; key: string }>>();
  let ca: Promise<KeyedCertificate> | undefined;

  async function make(name: string) {
    const nowMs = Date.now();
    ca ??= issueCa({ generation: 1, nowMs, policy: defaultPolicy });
    const leaf = await issueLeaf({ ca: await ca, hostNames: [name], nowMs, policy: defaultPolicy });
    return { cert: leaf.certificate, key: leaf.key };
  }
  return {
    leafFor(name) {
      const leaf = leaves.get(name) ?? make(name);
      if (leaves.size >= mostLeaves) leaves.clear();
      leaves.set(name, leaf);
      return leaf;
    },
  };
}
