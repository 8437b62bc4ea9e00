import { expect, test } from '@jest/globals';
import { anOwner } from '../../testing/builders.ts';
import type { OwnerView } from './owner-view.ts';
import { shownInUse, type ShownFacts } from './shown-in-use.ts';

const held: ShownFacts = { isHeld: true, tkePresent: false };
const beside: ShownFacts = { isHeld: true, tkePresent: true };
const released: ShownFacts = { isHeld: false, tkePresent: false };
const two = anOwner().bindings.flatMap((one) => [one, { ...one, balancer: { kind: 'existing', id: 'lb-b' } as const }]);

test.each<[string, Partial<OwnerView>, ShownFacts, string | undefined]>([
  ['that it names', { shownInUse: undefined }, held, 'lb-one'],
  ["that it names, beside TKE's controller", { shownInUse: undefined }, beside, 'lb-one'],
  ['that it names, after a move', { shownInUse: 'lb-old', shownBalancers: ['lb-old'] }, held, 'lb-one'],
  ['that it names, beside TKE too', { shownInUse: 'lb-old', shownBalancers: ['lb-old'] }, beside, 'lb-one'],
  ['that it names, where another was copied along', { shownInUse: 'lb-copied' }, held, 'lb-one'],
  ["that TKE's controller wrote, where that runs", { shownInUse: 'lb-tke' }, beside, 'lb-tke'],
  ['that was shown, while it cannot be read', { shownInUse: 'lb-one', bindings: [] }, held, 'lb-one'],
  ['that was shown, where it names several', { shownInUse: 'lb-one', bindings: two }, held, 'lb-one'],
  ['that was shown, while it ends', { shownInUse: 'lb-one', ending: true }, released, 'lb-one'],
  ['that was shown, when it is released while it is skipped', { skip: 'yes' }, released, 'lb-one'],
  ['no more, when it is released', {}, released, undefined],
  ['that is none of ours, when it is released', { shownInUse: 'lb-tke' }, released, 'lb-tke'],
])('An owner shows the CLB %s.', (_, change, facts, expected) => {
  expect(shownInUse({ ...anOwner(), ...change }, facts)).toBe(expected);
});
