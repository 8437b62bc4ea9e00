import { expect, test } from '@jest/globals';
import { aNewService, anOwner, claimOf } from '../../testing/builders.ts';
import { unseen, type BalancerState } from '../model/balancer-state.ts';
import { bindingKey } from '../model/binding.ts';
import { gatedOwners, judgedAsBefore, pendingOwners } from './gated-owners.ts';

const [made, waits, tooMany] = [anOwner({ name: 'made' }), anOwner({ name: 'waits' }), anOwner({ name: 'more' })];
const scope = {
  owners: [made, waits, tooMany],
  claims: [claimOf(made)],
  pending: [claimOf(waits)],
  crowded: new Set([made.uid, tooMany.uid]),
};
const namesOf = (same?: ReadonlySet<string>) => gatedOwners(scope, same).map(({ name }) => name);

test('The gates of owners of which nothing is judged are left alone, and those of which a part is are not.', () => {
  expect(namesOf()).toEqual(['made', 'waits']);
  expect(namesOf(pendingOwners(scope))).toEqual(['made']);
});

const owner = anOwner(aNewService());
const pending = [claimOf(owner)];
const [binding] = owner.bindings;
const denied = (message: string): Partial<BalancerState> => ({
  verdicts: new Map([[owner.uid, 'denied']]),
  obstacles: new Map(
    binding && [[bindingKey(binding), { severity: 'Warning', reason: 'LoadBalancerNotAllowed', message }]],
  ),
});
const seen = (parts: Partial<BalancerState> = {}): BalancerState => ({ ...unseen('lb-one'), phase: 'seen', ...parts });
const trouble = { severity: 'Warning', reason: 'CredentialsRefused', message: 'no' } as const;

test.each<[string, BalancerState | undefined, BalancerState, number]>([
  ['as before', seen(denied('a')), seen(denied('a')), 1],
  ['for the first time', undefined, seen(denied('a')), 0],
  ['after the first look', unseen('lb-one'), seen(), 0],
  ['with another verdict', seen(), seen({ verdicts: new Map([[owner.uid, 'allowed']]) }), 0],
  ['for another reason', seen(denied('a')), seen(denied('b')), 0],
  ['after a trouble', seen({ ...denied('a'), trouble }), seen(denied('a')), 0],
])('An owner that waits and is judged %s.', (_, before, now, same) => {
  expect(judgedAsBefore({ pending }, now, before).size).toBe(same);
});
