import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { ingressAnnotation, ingressController, tkeIngressClass } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import type { Mark, Skip } from '../../model/owner-view.ts';
import type { ObjectReference, RelatedObjects } from '../../model/related-objects.ts';
import type { IngressFacts } from './ingress-facts.ts';

/** What an Ingress says about whose it is. */
type Marked = Pick<IngressFacts, 'annotations' | 'className' | 'hasFinalizer'>;

/**
 * Whether an Ingress asks for us (docs/adr/0026). One that we serve already stays ours while that cannot be read: a
 * release would cut its traffic.
 */
export function markOf(ingress: Marked, objects: RelatedObjects): Mark {
  const managed = ingress.annotations[annotation.managed];
  if (managed === 'true') return 'ours';
  if (ingress.hasFinalizer && markFindings(ingress).length > 0) return 'ours';
  if (managed !== undefined) return 'not-ours';
  return ofTke(ingress) ? markByAccess(ingress) : markByClass(ingress, objects);
}

/** As for Services. */
export function asksTkeAlone(ingress: Marked): boolean {
  const { annotations } = ingress;
  const managed = annotations[annotation.managed] ?? 'true';
  const isWithoutUs = managed !== 'true' && annotations[ingressAnnotation.tkeMode] !== 'skip';
  return isWithoutUs && ofTke(ingress) && annotations[ingressAnnotation.directAccess] === 'true';
}

/** "false" alone means TKE, whose gates are not ours to leave closed; one that is served stays while it is switched. */
function markByAccess({ annotations, hasFinalizer }: Marked): Mark {
  const access = annotations[ingressAnnotation.directAccess];
  if (access === 'false') return hasFinalizer ? 'ours' : 'not-ours';
  return access === 'true' ? 'ours-unless-tke' : 'not-ours';
}

function markByClass(ingress: Marked, objects: RelatedObjects): Mark {
  const [reference] = classOf(ingress);
  if (reference === undefined) return 'not-ours';
  const found = objects.related(reference);
  if (found.state !== 'found') return ingress.hasFinalizer ? 'ours' : 'not-ours';
  return found.facts.controller === ingressController ? 'ours' : 'not-ours';
}

/** TKE takes an Ingress without any class too. */
function ofTke({ className, annotations }: Marked): boolean {
  const name = className ?? annotations[ingressAnnotation.class] ?? tkeIngressClass;
  return name === tkeIngressClass;
}

/** The class that it names, which says whose it is. */
export function classOf({ className }: Pick<Marked, 'className'>): readonly ObjectReference<'IngressClass'>[] {
  if (className === undefined || className === tkeIngressClass) return [];
  return [{ kind: 'IngressClass', namespace: '', name: className }];
}

/** What keeps an Ingress from being read as its author meant it. */
export function markFindings({ annotations }: Pick<Marked, 'annotations'>): readonly Finding[] {
  return [annotation.managed, ingressAnnotation.directAccess].flatMap((name) => {
    const value = annotations[name];
    if (value === undefined || value === 'true' || value === 'false') return [];
    const message = `Annotation ${name} is "${safeText(value)}"; write "true" or "false".`;
    return [{ severity: 'Warning', reason: 'AnnotationMalformed', message } as const];
  });
}

/** See skipOf of Services. */
export function skipOf({ annotations }: Pick<Marked, 'annotations'>): Skip {
  if (annotations[annotation.mode] === 'skip') return 'yes';
  return annotations[ingressAnnotation.tkeMode] === 'skip' ? 'unless-tke' : 'no';
}
