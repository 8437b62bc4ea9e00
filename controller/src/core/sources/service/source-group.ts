import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import type { Binding } from '../../model/binding.ts';
import type { Owner } from '../../model/owner.ts';
import type { NewBalancer } from '../../model/owner-view.ts';
import type { ObjectReference, RelatedObjects } from '../../model/related-objects.ts';
import { sourceGroupReference, type WantedGroup } from '../../model/security-group.ts';
import type { SourceGroup } from '../../model/source-group.ts';
import type { ServiceFacts } from './service-facts.ts';
import { rangesNotApplied, rangesPending } from './source-range-findings.ts';
import { askedRanges, effectOfRanges, policiesOf, type AskedRanges } from './source-ranges.ts';

/** What the source ranges of a Service make of it. */
export interface Sourced {
  readonly bindings: readonly Binding[];
  readonly wantedGroup: WantedGroup | undefined;
  readonly references: readonly ObjectReference[];
  readonly findings: readonly Finding[];
  /** What passes by itself says nothing against what stands. */
  readonly notices: readonly Finding[];
}

interface Reading {
  readonly service: ServiceFacts;
  readonly owner: Owner;
  readonly objects: RelatedObjects;
  readonly newBalancer: NewBalancer | undefined;
}

/**
 * A CLB that is made for a Service has the security group of its source ranges before its first listener. The group
 * goes from the CLB with the last range.
 */
export function withSourceGroup(bindings: readonly Binding[], reading: Reading): Sourced {
  const { service, owner, objects } = reading;
  const effect = effectOfRanges(service, bindings);
  if (effect === 'none') return { bindings, ...nothing };
  const reference = sourceGroupReference(owner.uid);
  const related = objects.related(reference);
  const group = related.state === 'found' ? related.facts : {};
  const asked = effect === 'group' ? askedRanges(service) : undefined;
  const sourced =
    asked === undefined ? withoutRanges(bindings, group, service) : ranged(bindings, asked, group, reading);
  return { ...nothing, ...sourced, references: [reference] };
}

const nothing = { wantedGroup: undefined, references: [], findings: [], notices: [] };

function withoutRanges(bindings: readonly Binding[], { id }: SourceGroup, { annotations }: ServiceFacts) {
  const isLeft = id !== undefined && annotations[annotation.securityGroups] === undefined;
  return { bindings: isLeft ? bound(bindings, []) : bindings };
}

function ranged(
  bindings: readonly Binding[],
  asked: AskedRanges,
  group: SourceGroup,
  { owner, newBalancer }: Reading,
): Partial<Sourced> & Pick<Sourced, 'bindings'> {
  const { policies, findings } = policiesOf(asked, hasIpv6(newBalancer));
  const [first = rangesPending(asked.field)] = findings;
  if (policies.length === 0) return { bindings: waiting(bindings, first), findings };
  const problem = group.problem === undefined ? [] : [rangesNotApplied(asked.field, group.problem)];
  const passes = group.passes === true;
  return {
    wantedGroup: { owner, policies },
    bindings: group.id === undefined ? waiting(bindings, whyMissing(asked, group)) : bound(bindings, [group.id]),
    findings: [...findings, ...(passes ? [] : problem)],
    notices: passes ? problem : [],
  };
}

function bound(bindings: readonly Binding[], securityGroups: readonly string[]): readonly Binding[] {
  return onOwned(bindings, (binding) => ({
    ...binding,
    balancerSettings: { ...binding.balancerSettings, securityGroups },
  }));
}

function whyMissing({ field }: AskedRanges, { problem }: SourceGroup): Finding {
  return problem === undefined ? rangesPending(field) : rangesNotApplied(field, problem);
}

/** No listener is made that would be open to everybody. What stands stays, also the groups of the CLB. */
function waiting(bindings: readonly Binding[], incomplete: Finding): readonly Binding[] {
  return onOwned(bindings, (binding) => ({ ...binding, incomplete: binding.incomplete ?? incomplete }));
}

function onOwned(bindings: readonly Binding[], change: (binding: Binding) => Binding): readonly Binding[] {
  return bindings.map((binding) => (binding.balancer.kind === 'owned' ? change(binding) : binding));
}

function hasIpv6(newBalancer: NewBalancer | undefined): boolean {
  const version = newBalancer?.wish.parameters?.['AddressIPVersion'];
  return typeof version === 'string' && /ipv6/i.test(version);
}
