import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import type { Binding } from '../../model/binding.ts';
import type { TargetWeights } from '../../model/chosen-weight.ts';
import type { OwnerKind } from '../../model/owner.ts';
import { listed } from '../../model/listed.ts';
import { transportOf, type ListenerPlace } from '../../model/place.ts';
import { malformedAnnotation } from './malformed-annotation.ts';
import type { ServiceFacts } from './service-facts.ts';
import { readTargetWeights, type AskedWeights, type WeightGroup } from './target-weights-annotation.ts';

type Annotated = Pick<ServiceFacts, 'annotations'>;
/** Who asks, and by which annotation. */
export interface WeightsAsked {
  readonly kind: OwnerKind;
  readonly annotation: string;
}

const ofServices: WeightsAsked = { kind: 'Service', annotation: annotation.targetWeights };

type Listener = Pick<ListenerPlace, 'protocol' | 'port'>;

export type WeightsAt = (listener: Listener) => TargetWeights | undefined;

/**
 * Of each listener; undefined: the owner asks for no weights (TKE's annotation lb-rs-weight: weights of StatefulSets'
 * pods). The annotation is read once, however many listeners there are, and all rules of a listener have one table.
 */
export function targetWeights(owner: Annotated, { annotation: name } = ofServices): WeightsAt {
  const asked = read(owner, name);
  if (asked === undefined) return () => undefined;
  const byPort = Map.groupBy(asked.groups, ({ port }) => port);
  const tables = new Map<string, TargetWeights>();
  return (listener) => {
    const key = `${listener.protocol}/${listener.port}`;
    const table = tables.get(key) ?? tableOf(listener, byPort.get(listener.port) ?? [], asked);
    tables.set(key, table);
    return table;
  };
}

function tableOf(listener: Listener, groups: readonly WeightGroup[], asked: AskedWeights): TargetWeights {
  const about = groups.filter((group) => isAbout(group, listener));
  return { default: asked.default, byPod: Object.fromEntries(about.flatMap(({ byPod }) => Object.entries(byPod))) };
}

/** A group may name the protocol of the listener, or that of the port below it: TCP for TCP_SSL, HTTP, HTTPS. */
function isAbout({ proto, port }: WeightGroup, listener: Listener): boolean {
  return port === listener.port && (proto === listener.protocol || proto === transportOf(listener.protocol));
}

export function targetWeightFindings(
  owner: Annotated,
  bindings: readonly Binding[],
  { kind, annotation: name } = ofServices,
): readonly Finding[] {
  const asked = read(owner, name);
  if (asked === undefined) return [];
  const problems = [...asked.problems, ...strays(asked, bindings, kind)];
  if (problems.length === 0) return [];
  const message = `Annotation ${name}: ${listed(problems, String)}. The rest of it counts.`;
  return [malformedAnnotation(message)];
}

/** Groups about no listener of the owner. What a port that waits will have is not known, so nothing is said of it. */
function strays({ groups }: AskedWeights, bindings: readonly Binding[], kind: OwnerKind): readonly string[] {
  if (bindings.length === 0) return [];
  const byPort = Map.groupBy(bindings, ({ place }) => place.port);
  const isStray = (group: WeightGroup) =>
    !(byPort.get(group.port) ?? []).some(({ place, incomplete }) => isAbout(group, place) || incomplete !== undefined);
  const has = [...new Set(bindings.map(({ place }) => `${place.protocol} ${place.port}`))];
  return groups
    .filter(isStray)
    .map(
      ({ path, proto, port }) =>
        `${path} is about ${safeText(proto, 20)} ${port}, and the ${kind} has ${listed(has, String)}`,
    );
}

function read({ annotations }: Annotated, name: string): AskedWeights | undefined {
  const text = annotations[name];
  return text === undefined ? undefined : readTargetWeights(text);
}
