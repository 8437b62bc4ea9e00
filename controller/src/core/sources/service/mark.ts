import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { annotation, loadBalancerClass } from '@clb-direct/shared/domain/names.ts';
import type { Mark, UpstreamFinalizer } from '../../model/owner-view.ts';
import type { ServiceFacts } from './service-facts.ts';

/** What becomes of LoadBalancer Services that have no class and no annotation about it. */
export type Unmarked = 'ours' | 'ignore';

/**
 * Whether a Service asks for us (docs/adr/0003). One that we serve already stays ours when the value of an annotation
 * cannot be read: a release would cut its traffic.
 */
export function markOf(service: ServiceFacts, unmarked: Unmarked): Mark {
  if (service.type !== 'LoadBalancer') return 'not-ours';
  if (service.loadBalancerClass !== undefined) {
    return service.loadBalancerClass === loadBalancerClass ? 'ours' : 'not-ours';
  }
  return markByAnnotations(service, unmarked);
}

function markByAnnotations(service: ServiceFacts, unmarked: Unmarked): Mark {
  if (service.managed === 'true') return 'ours';
  if (service.hasFinalizer && malformedAnnotation(service) !== undefined) return 'ours';
  if (service.managed !== undefined) return 'not-ours';
  if (service.directAccess === 'true' || unmarked === 'ours') return 'ours-unless-tke';
  return isKeptUnmarked(service, unmarked) ? 'ours-unless-tke' : 'not-ours';
}

/**
 * It was served with UNMARKED_SERVICES=ours, and the setting is gone: perhaps lost in one apply, and that is no reason
 * to delete the CLBs of a whole cluster. Upstream's finalizer beside ours tells it from one that lost its own mark.
 */
function isKeptUnmarked(service: ServiceFacts, unmarked: Unmarked): boolean {
  const { hasFinalizer, upstreamFinalizerBy, managed, directAccess, type, loadBalancerClass: named } = service;
  const isUnmarked = managed === undefined && directAccess !== 'true' && named === undefined;
  const wasServed = hasFinalizer && upstreamFinalizerBy !== 'nobody';
  return unmarked === 'ignore' && type === 'LoadBalancer' && isUnmarked && wasServed;
}

/** What becomes of it is for its author to say. */
export function unmarkedFindings(service: ServiceFacts, unmarked: Unmarked): readonly Finding[] {
  if (!isKeptUnmarked(service, unmarked)) return [];
  const message =
    `Write annotation ${annotation.managed}: "true" to keep this Service here, or "false" to let it go, which ` +
    'deletes its listeners and the CLB that was made for it. Nothing else says whose it is, since the setting ' +
    'UNMARKED_SERVICES is not "ours" any more. Until then it is served as before.';
  return [{ severity: 'Warning', reason: 'MarkMissing', message, repeat: hourly }];
}

/** TKE's controller leaves one with its mode "skip" alone, so nobody serves that. */
export function asksTkeAlone(service: ServiceFacts): boolean {
  const { type, loadBalancerClass, managed = 'true', directAccess, annotations } = service;
  const isWithoutUs = managed !== 'true' && annotations[annotation.tkeMode] !== 'skip';
  return type === 'LoadBalancer' && loadBalancerClass === undefined && isWithoutUs && directAccess === 'true';
}

/** As Kubernetes' own cloud providers have it, where we stand in for one. */
export function upstreamFinalizerOf(
  { loadBalancerClass, type, upstreamFinalizerBy: by }: ServiceFacts,
  unmarked: Unmarked,
): UpstreamFinalizer {
  const isWanted = unmarked === 'ours' && type === 'LoadBalancer' && loadBalancerClass === undefined;
  return { stands: by !== 'nobody', isWanted, isOurs: by === 'us' || isWanted };
}

/** What keeps a Service from being read as its author meant it. */
export function markFindings(service: ServiceFacts): readonly Finding[] {
  return [malformedAnnotation(service), typeNotLoadBalancer(service)].filter((finding) => finding !== undefined);
}

function malformedAnnotation(service: ServiceFacts): Finding | undefined {
  return malformed(annotation.managed, service.managed) ?? malformed(annotation.directAccess, service.directAccess);
}

function malformed(name: string, value: string | undefined): Finding | undefined {
  if (value === undefined || value === 'true' || value === 'false') return undefined;
  const message = `Annotation ${name} is "${safeText(value)}"; write "true" or "false".`;
  return { severity: 'Warning', reason: 'AnnotationMalformed', message };
}

/** Most likely the type was forgotten. */
function typeNotLoadBalancer(service: ServiceFacts): Finding | undefined {
  const { managed, type, ending } = service;
  if (type === 'LoadBalancer' || ending) return undefined;
  if (type === 'ExternalName') return externalName(service);
  if (managed !== 'true') return undefined;
  const now = type === '' ? 'ClusterIP' : safeText(type);
  const message =
    `Annotation ${annotation.managed} is "true", but the Service's type is ${now}; ` +
    'set LoadBalancer, or take the annotation away.';
  return { severity: 'Warning', reason: 'TypeNotLoadBalancer', message, repeat: hourly };
}

function externalName({ managed, directAccess }: ServiceFacts): Finding | undefined {
  const name = managed === 'true' ? annotation.managed : annotation.directAccess;
  if (managed !== 'true' && (managed !== undefined || directAccess !== 'true')) return undefined;
  const message =
    `Annotation ${name} is "true", but the Service's type is ExternalName: a CLB sends to addresses and never to a ` +
    'name, and only pods become targets. Take the annotation away; or set type LoadBalancer and a selector of pods.';
  return { severity: 'Warning', reason: 'TypeNotLoadBalancer', message, repeat: hourly };
}
