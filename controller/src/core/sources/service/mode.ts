import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import type { Mark, Skip } from '../../model/owner-view.ts';
import { malformedAnnotation } from './malformed-annotation.ts';
import type { ServiceFacts } from './service-facts.ts';

type Asks = Pick<ServiceFacts, 'annotations'>;

/**
 * Whether a Service asks to be left alone. TKE's own annotation means TKE's controller where that one runs: people set
 * it there so that another controller, such as this one, can take the Service.
 */
export function skipOf({ annotations }: Asks): Skip {
  if (annotations[annotation.mode] === 'skip') return 'yes';
  return annotations[annotation.tkeMode] === 'skip' ? 'unless-tke' : 'no';
}

/** Something in it asks for us and for nobody else: TKE's controller serves neither our class nor what it skips. */
export function asksByName({ annotations }: Asks, mark: Mark): boolean {
  const managed = annotations[annotation.managed];
  const isAdopted = managed === undefined && annotations[annotation.adopt] !== undefined;
  return mark === 'ours' || managed === 'true' || isAdopted;
}

/** A word that is not "skip" skips nothing, which its author should know. */
export function modeFindings({ annotations }: Asks, tkeMode: string = annotation.tkeMode): readonly Finding[] {
  return [annotation.mode, tkeMode].flatMap((name) => {
    const value = annotations[name];
    if (value === undefined || value === 'skip') return [];
    const quoted = safeText(value);
    const message = `Annotation ${name} is "${quoted}"; write "skip", or remove it. Until then it means nothing.`;
    return [malformedAnnotation(message)];
  });
}
