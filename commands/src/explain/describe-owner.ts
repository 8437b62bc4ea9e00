import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation, loadBalancerClass, serviceCondition, serviceFinalizer } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { describeEvents, ownEvents } from './describe-events.ts';
import type { OwnerFacts } from './facts.ts';
import { named } from './named.ts';

/** Whether clb-direct serves it, wants to, or has said why not. */
export function isOurs(owner: OwnerFacts): boolean {
  const { metadata } = owner.object;
  const isMarked =
    metadata?.finalizers?.includes(serviceFinalizer) === true || metadata?.annotations?.[annotation.managed] === 'true';
  return isMarked || classOf(owner) === loadBalancerClass || ownEvents(owner.events).length > 0;
}

function classOf(owner: OwnerFacts): string | undefined {
  return owner.kind === 'Service' ? owner.object.spec?.loadBalancerClass : undefined;
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

/** An Ingress has none. */
function conditionOf(owner: OwnerFacts): readonly string[] {
  const conditions = owner.kind === 'Service' ? (owner.object.status?.conditions ?? []) : [];
  return conditions
    .filter(({ type }) => type === serviceCondition)
    .map(({ status, reason, message }) => `${serviceCondition} ${status} ${safeText(reason)}: ${safeText(message)}`);
}

function silence(owner: OwnerFacts): string {
  return isOurs(owner)
    ? 'no event of clb-direct is left: whatever there was to say was said more than an hour ago'
    : 'clb-direct does not serve it: see "Which Services" and "Which Ingresses" in docs/compatibility.md';
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
