import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import type { Related, RelatedObjects } from '../../model/related-objects.ts';
import { namedConfig, type NamedConfig } from '../service/config/named-config.ts';
import { configOf, type ServiceConfig } from '../service/config/service-config.ts';
import type { IngressFacts } from './ingress-facts.ts';
import { classOf } from './mark.ts';

const names = {
  config: ingressAnnotation.serviceConfig,
  auto: ingressAnnotation.serviceConfigAuto,
  autoSuffix: '-auto-ingress-config',
};

/** The TkeServiceConfig that an Ingress names, or else its class (TKE doc 457/45700). */
export function ingressConfigOf(ingress: IngressFacts, objects: RelatedObjects): ServiceConfig {
  const named = namedConfig(ingress, names);
  const ofClass = named.reference === undefined ? configOfClass(ingress, objects) : undefined;
  if (ofClass === undefined) return configOf(named, objects, { namedBy: `annotation ${names.config}` });
  const both = { ...ofClass, findings: named.findings };
  return configOf(both, objects, { namedBy: 'parameters of its IngressClass' });
}

/** A class is deleted and made again by those who keep it elsewhere; what it chose for one that is served stays. */
function isUnknown(state: Related<unknown>['state'], { hasFinalizer }: IngressFacts): boolean {
  return state === 'missing' ? hasFinalizer : state !== 'found';
}

function configOfClass(ingress: IngressFacts, objects: RelatedObjects): NamedConfig | undefined {
  const [reference] = classOf(ingress);
  const found = reference === undefined ? undefined : objects.related(reference);
  if (found !== undefined && isUnknown(found.state, ingress)) return { isAuto: false, isUnknown: true, findings: [] };
  const config = found?.state === 'found' ? found.facts.config : undefined;
  if (config === undefined) return undefined;
  const { namespace = ingress.namespace, name } = config;
  return { reference: { kind: 'TkeServiceConfig', namespace, name }, isAuto: false, findings: [] };
}
