import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import type { IngressFacts } from './ingress-facts.ts';
import type { WebProtocol } from './listen-ports.ts';

type Annotations = IngressFacts['annotations'];
type RuleMixName = 'ruleMix' | 'httpRules' | 'httpsRules';

export const listName = { HTTP: 'httpRules', HTTPS: 'httpsRules' } as const satisfies Record<WebProtocol, RuleMixName>;

/** TKE's documents have each of these with both of its prefixes: the one that its author wrote. */
export function writtenName(annotations: Annotations, name: RuleMixName): string {
  const [first, second] = [ingressAnnotation[name], ingressAnnotation[`${name}OfTke`]];
  return annotations[first] === undefined && annotations[second] !== undefined ? second : first;
}

/** Those with both prefixes, of which one counts, and say different things. */
export function writtenTwice(annotations: Annotations): readonly (readonly [counts: string, other: string])[] {
  return (['ruleMix', 'httpRules', 'httpsRules'] as const).flatMap((name) => {
    const [counts, other] = [ingressAnnotation[name], ingressAnnotation[`${name}OfTke`]];
    const differ = annotations[counts] !== undefined && annotations[other] !== undefined;
    return differ && annotations[counts] !== annotations[other] ? [[counts, other] as const] : [];
  });
}
