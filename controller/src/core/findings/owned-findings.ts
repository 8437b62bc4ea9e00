import type { Finding, FindingReason, Severity } from '@clb-direct/shared/domain/finding.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { listed } from '../model/listed.ts';
import { annotationsOf, type Owner } from '../model/owner.ts';
import { tagKey } from '../model/owned-balancer.ts';

type Names = ReturnType<typeof annotationsOf>;

const anExistingOne = ({ existingLoadBalancer }: Names) =>
  `the id of an existing CLB of this VPC into annotation ${existingLoadBalancer}`;
const noneIsMade = (names: Names) =>
  `Write ${anExistingOne(names)}, for example lb-a1b2c3d4: ` +
  'clb-direct makes none, as its setting CREATE_LOAD_BALANCERS says.';
const onlyPrivateOnes = (names: Names) =>
  `Write a subnet into annotation ${names.internalSubnet}, or ${anExistingOne(names)}: clb-direct makes private CLBs ` +
  'only, as its setting CREATE_LOAD_BALANCERS says.';

/** About the CLB that is made for an owner: while it is made, and while it is deleted. */
export const ownedFindings = {
  mayNotBeMade: (owner: Pick<Owner, 'kind'>, what: 'none' | 'private') =>
    warning('LoadBalancerNotNamed', (what === 'none' ? noneIsMade : onlyPrivateOnes)(annotationsOf(owner))),
  limitReached: (owner: Pick<Owner, 'kind' | 'namespace'>, most: number) =>
    warning(
      'LoadBalancerLimitReached',
      `Delete objects of namespace ${owner.namespace} that have a CLB of their own, name an existing CLB in ` +
        `annotation ${annotationsOf(owner).existingLoadBalancer}, or ask an administrator to raise ` +
        `LOAD_BALANCERS_PER_NAMESPACE: ${most} CLBs are made for this namespace already, those that stay included.`,
    ),
  creating: () => note('LoadBalancerCreating', 'A CLB is being made; that takes seconds, and sometimes minutes.'),
  creatingLong: (id: string) =>
    warning(
      'LoadBalancerCreating',
      `Look at CLB ${id} in the CLB console: it was asked for more than ten minutes ago, and cannot be used yet. ` +
        'It is used as soon as it can be.',
    ),
  created: (id: string) => note('LoadBalancerCreated', `CLB ${id} was made, and is deleted with this object.`),
  foundAgain: (id: string, isProven: boolean) =>
    note(
      'LoadBalancerCreated',
      `CLB ${id} was found by its tags. ` +
        (isProven
          ? 'It is deleted with this object.'
          : `It is used, and never deleted: no record says that clb-direct made it.`),
    ),
  ambiguous: (ids: readonly string[]) =>
    warning(
      'LoadBalancerAmbiguous',
      `Take tag ${tagKey.owner} off all but one of ${listed(ids, (id) => safeText(id))} in the CLB console: several ` +
        'CLBs say that they were made for this object, perhaps because one was copied. Until then none is used anew, ' +
        'and none is deleted.',
    ),
  protectedFromDeletion: (id: string) =>
    warning(
      'LoadBalancerNotDeleted',
      `Switch deletion protection of CLB ${id} off, or take tag ${tagKey.proof} off it to keep it: it was made for ` +
        'this object, which waits for its deletion.',
    ),
  hasListeners: (id: string, listeners: readonly string[]) =>
    warning(
      'LoadBalancerNotDeleted',
      `Delete ${listed(listeners, (one) => safeText(one))} of CLB ${id}, or take tag ${tagKey.proof} off the CLB to ` +
        'keep it: it was made for this object, which waits for its deletion, and these listeners are not its own.',
    ),
  refusesDeletion: (id: string, message: string) =>
    warning('LoadBalancerNotDeleted', `CLB ${id} is not deleted yet, and that is tried again: ${message}`),
  kept: (id: string) =>
    warning(
      'LoadBalancerKept',
      `Delete CLB ${id} in the CLB console if nobody needs it: it stays, because its tags and clb-direct's record do ` +
        'not both say that it was made for this object.',
    ),
  keptAsAsked: (owner: Pick<Owner, 'kind'>, id: string) =>
    note(
      'LoadBalancerKept',
      `CLB ${id}, which was made for this object, stays, as annotation ${annotationsOf(owner).keepBalancer} says. ` +
        `Name it in annotation ${annotationsOf(owner).existingLoadBalancer} of another one, or delete it in its ` +
        'console.',
    ),
  deleted: (id: string) => note('LoadBalancerDeleted', `CLB ${id}, which was made for this object, is deleted.`),
} as const;

function warning(reason: FindingReason, message: string): Finding {
  return finding('Warning', reason, message);
}

function note(reason: FindingReason, message: string): Finding {
  return finding('Normal', reason, message);
}

function finding(severity: Severity, reason: FindingReason, message: string): Finding {
  return { severity, reason, message };
}
