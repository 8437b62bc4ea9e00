import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import type { Binding } from '../../model/binding.ts';
import type { TargetWeights } from '../../model/chosen-weight.ts';
import { listed } from '../../model/listed.ts';
import { transportOf, type ListenerPlace } from '../../model/place.ts';
import { malformedAnnotation } from './malformed-annotation.ts';
import type { ServiceFacts } from './service-facts.ts';
import { readTargetWeights, type AskedWeights, type WeightGroup } from './target-weights-annotation.ts';

type Annotated = Pick<ServiceFacts, 'annotations'>;
type Listener = Pick<ListenerPlace, 'protocol' | 'port'>;

/** undefined: the Service asks for no weights (TKE's annotation lb-rs-weight: weights of StatefulSets' pods). */
export function targetWeights(service: Annotated, listener: Listener): TargetWeights | undefined {
  const asked = read(service);
  if (asked === undefined) return undefined;
  const groups = asked.groups.filter((group) => isAbout(group, listener));
  return { default: asked.default, byPod: Object.fromEntries(groups.flatMap(({ byPod }) => Object.entries(byPod))) };
}

/** A group may name the protocol of the listener, or that of the port below it: TCP for TCP_SSL, HTTP, HTTPS. */
function isAbout({ proto, port }: WeightGroup, listener: Listener): boolean {
  return port === listener.port && (proto === listener.protocol || proto === transportOf(listener.protocol));
}

export function targetWeightFindings(service: Annotated, bindings: readonly Binding[]): readonly Finding[] {
  const asked = read(service);
  if (asked === undefined) return [];
  const problems = [...asked.problems, ...strays(asked, bindings)];
  if (problems.length === 0) return [];
  const message = `Annotation ${annotation.targetWeights}: ${listed(problems, String)}. The rest of it counts.`;
  return [malformedAnnotation(message)];
}

/** Groups about no listener of the Service. What a port that waits will have is not known, so nothing is said of it. */
function strays({ groups }: AskedWeights, bindings: readonly Binding[]): readonly string[] {
  if (bindings.length === 0) return [];
  const isStray = (group: WeightGroup) =>
    !bindings.some(
      ({ place, incomplete }) => isAbout(group, place) || (incomplete !== undefined && place.port === group.port),
    );
  const has = [...new Set(bindings.map(({ place }) => `${place.protocol} ${place.port}`))];
  return groups
    .filter(isStray)
    .map(
      ({ path, proto, port }) =>
        `${path} is about ${safeText(proto, 20)} ${port}, and the Service has ${listed(has, String)}`,
    );
}

function read({ annotations }: Annotated): AskedWeights | undefined {
  const text = annotations[annotation.targetWeights];
  return text === undefined ? undefined : readTargetWeights(text);
}
