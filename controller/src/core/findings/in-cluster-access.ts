import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { isIpModeKnown } from '../model/ip-mode.ts';
import type { OwnerView } from '../model/owner-view.ts';

/** Of an owner whose clients inside the cluster are to go through the CLB. `isInternal`: one of its CLBs is private. */
export function inClusterAccess({ ipModes, kind }: OwnerView, isInternal: boolean): readonly Finding[] {
  if (ipModes.wanted !== 'Proxy') return [];
  return [...(isIpModeKnown(ipModes) ? [] : [unsupported(kind)]), ...(isInternal ? [loopback(kind)] : [])];
}

function unsupported(kind: string): Finding {
  const message =
    `Upgrade the API server to Kubernetes 1.30 or later: this one does not keep the ipMode of an address, so clients ` +
    `inside the cluster reach the pods of this ${kind} through kube-proxy and not through the CLB.`;
  return { severity: 'Warning', reason: 'IpModeUnsupported', message, repeat: hourly };
}

function loopback(kind: string): Finding {
  const message =
    `Let clients inside the cluster use the DNS name of this ${kind}, or keep them off the nodes of its pods: ` +
    'through a private CLB a client cannot reach a pod on its own node.';
  return { severity: 'Warning', reason: 'LoopbackPossible', message, repeat: hourly };
}
