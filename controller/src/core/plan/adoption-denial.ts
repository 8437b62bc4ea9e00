import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { describeTkeTags } from '../model/adoption.ts';
import { describeBalancer } from '../model/balancer-ref.ts';
import { annotationsOf } from '../model/owner.ts';
import { describePlace } from '../model/place.ts';
import { adoptionObstacle, type AdoptionObstacle } from './adoption-obstacle.ts';
import { describeAdoption } from './describe-adoption.ts';
import type { Contender } from './contender.ts';
import type { Facts } from './facts.ts';

/** What stands against a binding that adopts and has no place yet; one that only asks for the plan gets the plan. */
export function adoptionDenial(contender: Contender, facts: Facts): Finding | undefined {
  const { adoption } = contender.binding;
  if (adoption === undefined) return undefined;
  const obstacle = adoptionObstacle(contender, facts);
  if (obstacle !== undefined) return refusal(obstacle, contender, facts);
  if (adoption === 'take') return undefined;
  return { severity: 'Normal', reason: 'AdoptionPlanned', message: describeAdoption(contender.owner, facts) };
}

/** It says nothing of the tags that the CLB has: they may be about others. */
function refusal(obstacle: AdoptionObstacle, { owner, binding }: Contender, { clusterId }: Facts): Finding {
  const { kind } = owner;
  const id = describeBalancer(binding.balancer);
  const { existingLoadBalancer, tkeMode } = annotationsOf(owner);
  const advice = {
    'not-proven':
      `Write the id of the CLB that TKE made for this ${kind} into annotation ${annotation.adopt}, or name an ` +
      `existing CLB in ${existingLoadBalancer}: the tags of ${id} do not say that TKE's controller made ` +
      `it for this ${kind} in this cluster (${describeTkeTags(clusterId, owner)}).`,
    'tke-writes':
      `Write annotation ${tkeMode}: "skip", so that TKE's controller changes ${id} no more: two writers ` +
      'on one CLB lose data.',
    'no-target':
      `See to it that a pod of this ${kind} is ready and that the VPC reaches it directly: nothing could take over ` +
      `${describePlace(binding.place)} of ${id} from the targets that TKE registered.`,
  } as const satisfies Record<AdoptionObstacle, string>;
  const message = `${advice[obstacle]} Until then nothing is changed there for this ${kind}.`;
  return { severity: 'Warning', reason: 'AdoptionRefused', message };
}
