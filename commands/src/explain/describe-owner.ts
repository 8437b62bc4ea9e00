import { ingressAnnotation, ingressClassName } from '@clb-direct/shared/domain/ingress-names.ts';
import { readCondition } from '@clb-direct/shared/domain/annotated-condition.ts';
import { annotation, loadBalancerClass, serviceCondition, serviceFinalizer } from '@clb-direct/shared/domain/names.ts';
import { longestMessage, longestPlan, safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { describeEvents, ownEvents } from './describe-events.ts';
import type { OwnerFacts, Unread } from './facts.ts';
import { named } from './named.ts';

/** As far as it says so itself: whether clb-direct serves it, wants to, or has said why not. */
export function isOurs(owner: OwnerFacts): boolean {
  const { metadata } = owner.object;
  const isMarked =
    metadata?.finalizers?.includes(serviceFinalizer) === true || metadata?.annotations?.[annotation.managed] === 'true';
  return isMarked || hasOurClass(owner) || conditionOf(owner).length > 0 || ownEvents(owner.events).length > 0;
}

function hasOurClass(owner: OwnerFacts): boolean {
  if (owner.kind === 'Service') return owner.object.spec?.loadBalancerClass === loadBalancerClass;
  return owner.object.spec?.ingressClassName === ingressClassName;
}

/** With what could not be read of it. */
export function describeOwnerAlone(owner: OwnerFacts): readonly string[] {
  return [...describeOwner(owner), ...owner.unread.map(describeUnread)];
}

export function describeUnread(unread: Unread): string {
  return `not read: ${safeText(unread, longestMessage)}`;
}

/** One line that says what it is, then what is known of it. */
export function describeOwner(owner: OwnerFacts): readonly string[] {
  const { namespace, name } = named(owner.object);
  const addresses = (owner.object.status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) =>
    safeText(ip ?? hostname ?? ''),
  );
  const shown = addresses.length === 0 ? 'has no address yet' : addresses.join(', ');
  const title = `${owner.kind} ${namespace}/${name}: ${shown}`;
  const lines = [...conditionOf(owner), ...describeEvents(ownEvents(owner.events)), ...checkOf(owner)];
  const said = lines.length === 0 ? [silence(owner)] : lines;
  return [title, ...said.map((line) => `  ${line}`)];
}

/** The status of an Ingress has none: one that is adopted has it in an annotation. */
function conditionOf(owner: OwnerFacts): readonly string[] {
  const conditions = owner.kind === 'Service' ? (owner.object.status?.conditions ?? []) : [];
  const written = readCondition(owner.object.metadata?.annotations?.[annotation.condition]);
  return [
    ...conditions.filter(({ type }) => type === serviceCondition),
    ...(written === undefined ? [] : [written]),
  ].map(
    ({ status, reason, message }) =>
      `${serviceCondition} ${status} ${safeText(reason)}: ${safeText(message, longestPlan)}`,
  );
}

/** What it has to say may be among what was not read. */
function silence(owner: OwnerFacts): string {
  if (owner.unread.length > 0) return 'its events could not be read, so what clb-direct says of it is not known';
  return isOurs(owner)
    ? 'no event of clb-direct is left: whatever there was to say was said more than an hour ago'
    : 'nothing shows that clb-direct serves it: see "Which Services" and "Which Ingresses" in docs/compatibility.md';
}

/** What surprises people most about a check that they did not write. */
function checkOf(owner: OwnerFacts): readonly string[] {
  if (owner.kind !== 'Ingress' || !isOurs(owner)) return [];
  return [
    'health: where nothing else is set, the CLB asks each pod for "/", and any status counts: a 404 there only says',
    'that the application has no "/". A check that asks for 2xx or 3xx calls such a pod Dead, and it gets nothing:',
    `write a path that it answers into annotation ${ingressAnnotation.healthCheckPath}, or set`,
    'HEALTH_CHECK_FROM_PROBE=true.',
  ];
}
