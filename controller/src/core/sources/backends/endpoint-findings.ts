import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import type { Binding } from '../../model/binding.ts';
import { listed } from '../../model/listed.ts';
import type { TargetRules } from '../../model/pod-target.ts';

/**
 * Why a listed address is no target. not-allowed: it is no pod's of the namespace; family: the CLB sends to addresses
 * of the other one.
 */
export type EndpointMisfit = 'not-allowed' | 'family';

export interface Misfit {
  readonly ip: string;
  readonly misfit: EndpointMisfit;
}

/** Never says whether the address is another namespace's pod: who lists it must not learn that. */
export function endpointsNotBound(
  { owner, place }: Binding,
  misfits: readonly Misfit[],
  rules: TargetRules,
): readonly Finding[] {
  return [...Map.groupBy(misfits, ({ misfit }) => misfit)].map(([misfit, some]): Finding => {
    const ips = [...new Set(some.map(({ ip }) => ip))].toSorted();
    const message =
      `${ips.length} addresses in the EndpointSlices for port ${place.port} are not targets ` +
      `(${listed(ips, (ip) => safeText(ip))}): ${why(misfit, owner.namespace, rules)}`;
    const repeat = { ...hourly, part: `${place.port} ${misfit}` };
    return { severity: 'Warning', reason: 'EndpointsNotBound', message, repeat };
  });
}

function why(misfit: EndpointMisfit, namespace: string, { family = 'IPv4' }: TargetRules): string {
  switch (misfit) {
    case 'family':
      return `this CLB sends to ${family} only. List addresses of that family too.`;
    case 'not-allowed':
      return (
        `no pod of namespace ${namespace} has them. List addresses of its pods, or give the Service a selector; ` +
        `for others an administrator adds the namespace to the setting ENDPOINT_ADDRESS_NAMESPACES.`
      );
  }
}
