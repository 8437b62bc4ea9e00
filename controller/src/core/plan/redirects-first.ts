import type { ObservedListener, ObservedLoadBalancer, ObservedRedirect, ObservedRule } from '../model/observed.ts';
import type { DeleteListener, DeleteRule, Step } from '../model/step.ts';
import type { RedirectInTheWay } from './redirect-in-the-way.ts';
import { deleteRedirect } from './redirects.ts';

export interface WithoutRedirects {
  readonly steps: readonly Step[];
  readonly inTheWay: readonly RedirectInTheWay[];
}

/**
 * A CLB deletes no rule to which another one redirects (doc 457/59096). So redirects of ours go before the rules at
 * either end, and a deletion waits while a redirect of somebody else leads to what it deletes.
 */
export function withoutRedirects(steps: readonly Step[], observed: ObservedLoadBalancer): WithoutRedirects {
  const doomed = new Set(steps.flatMap((step) => rulesDeletedBy(step, observed)));
  const sources = sourcesIn(observed);
  const inTheWay = new Map(
    steps.filter(isDeletion).flatMap((step) => {
      const ends = new Set(rulesDeletedBy(step, observed));
      const other = sources.find(({ redirect }) => isOthers(redirect, doomed) && ends.has(redirect.to.locationId));
      return other === undefined ? [] : [[step, other] as const];
    }),
  );
  const left = steps.filter((step) => !isDeletion(step) || !inTheWay.has(step));
  return {
    steps: [...redirectsOfDoomed(left, observed), ...left],
    inTheWay: [...inTheWay].map(([{ place, owners }, { listener, redirect }]) => {
      return { listener, redirect, of: 'deletion', place, owners };
    }),
  };
}

/** Its own rule is not deleted in the same run. */
function isOthers({ isOurs, locationId }: ObservedRedirect, doomed: ReadonlySet<string>): boolean {
  return !isOurs && !doomed.has(locationId);
}

interface Source {
  readonly listener: ObservedListener;
  readonly redirect: ObservedRedirect;
}

function sourcesIn({ listeners }: ObservedLoadBalancer): readonly Source[] {
  return listeners.flatMap((listener) => (listener.redirects ?? []).map((redirect) => ({ listener, redirect })));
}

function redirectsOfDoomed(steps: readonly Step[], observed: ObservedLoadBalancer): readonly Step[] {
  const doomed = new Set(steps.flatMap((step) => rulesDeletedBy(step, observed)));
  const going = new Set(steps.flatMap((step) => (step.kind === 'delete-redirect' ? [step.locationId] : [])));
  return sourcesIn(observed).flatMap(({ listener, redirect }) => {
    const rule: ObservedRule | undefined = listener.rules.find(({ id }) => id === redirect.locationId);
    const ends = [redirect.locationId, redirect.to.locationId];
    const isDoomed = redirect.isOurs && !going.has(redirect.locationId) && ends.some((id) => doomed.has(id));
    return isDoomed && rule !== undefined ? [deleteRedirect(redirect, { listener, rule }, 'not-wanted')] : [];
  });
}

function isDeletion(step: Step): step is DeleteRule | DeleteListener {
  return step.kind === 'delete-rule' || step.kind === 'delete-listener';
}

function rulesDeletedBy(step: Step, { listeners }: ObservedLoadBalancer): readonly string[] {
  if (step.kind === 'delete-rule') return [step.locationId];
  if (step.kind !== 'delete-listener') return [];
  return listeners.find(({ id }) => id === step.listenerId)?.rules.map(({ id }) => id) ?? [];
}
