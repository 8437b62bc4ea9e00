import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import type { IpMode } from '../../model/ip-mode.ts';
import { malformedAnnotation } from './malformed-annotation.ts';
import type { ServiceFacts } from './service-facts.ts';

type Asks = Pick<ServiceFacts, 'annotations'>;

const meanings: Readonly<Record<string, ReadonlyMap<string, IpMode>>> = {
  [annotation.ipMode]: new Map([
    ['Proxy', 'Proxy'],
    ['VIP', 'VIP'],
  ]),
  // CCE writes onlyLocal for a Service with externalTrafficPolicy Local; a CLB sends to pods in both cases.
  [annotation.passThrough]: new Map([
    ['true', 'Proxy'],
    ['onlyLocal', 'Proxy'],
    ['false', 'VIP'],
  ]),
};

/** Whether clients inside the cluster are to go through the CLB. Our own annotation counts before CCE's. */
export function ipModeOf({ annotations }: Asks): IpMode {
  const wanted = Object.entries(meanings).flatMap(([name, modes]) => modes.get(annotations[name] ?? '') ?? []);
  return wanted[0] ?? 'VIP';
}

export function ipModeFindings({ annotations }: Asks): readonly Finding[] {
  return Object.entries(meanings).flatMap(([name, modes]) => {
    const value = annotations[name];
    if (value === undefined || modes.has(value)) return [];
    const values = [...modes.keys()].map((one) => `"${one}"`).join(' or ');
    const message = `Annotation ${name} is "${safeText(value)}"; write ${values}. Until then it means nothing.`;
    return [malformedAnnotation(message)];
  });
}
