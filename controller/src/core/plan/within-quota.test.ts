import { expect, test } from '@jest/globals';
import { aListener, anObserved, anOwner, aPort, claimOf, someFacts } from '../../testing/builders.ts';
import { aRulePlace, createRule } from '../../testing/steps.ts';
import { describePlace } from '../model/place.ts';
import type { Quota } from '../model/quota.ts';
import { planChanges } from './plan.ts';
import { withinQuota } from './within-quota.ts';

const others = aListener({ id: 'lbl-x', port: 9000, name: 'of somebody else' });
const services = [
  anOwner({ name: 'young', createdAtMs: 9, ports: [aPort({ port: 80 }), aPort({ port: 81 })] }),
  anOwner({ name: 'old', createdAtMs: 1, ports: [aPort({ port: 83 }), aPort({ port: 82 })] }),
];
const planned = (quota: Quota, claims = services.map(claimOf)) =>
  planChanges(someFacts({ claims, quota, observed: anObserved({ listeners: [others] }) }));
const portsOf = (steps: readonly { readonly place?: { readonly port: number } | undefined }[]) =>
  steps.map(({ place }) => place?.port);

test.each([
  [undefined, [80, 81, 83, 82], []],
  [5, [80, 81, 83, 82], []],
  [4, [80, 83, 82], [81]],
  [2, [82], [83, 80, 81]],
  [1, [], [82, 83, 80, 81]],
])('Beside one listener of others, a quota of %p lets those of the oldest of four be made', (most, made, left) => {
  const plan = planned(most === undefined ? {} : { listeners: most });
  expect(portsOf(plan.steps)).toEqual(made);
  expect(portsOf(plan.withoutRoom.map(({ step }) => step))).toEqual(left);
});

test('What is left out does not depend on the order in which the owners are known.', () => {
  const left = (claims: typeof services) =>
    portsOf(planned({ listeners: 3 }, claims.map(claimOf)).withoutRoom.map(({ step }) => step));
  expect(left(services.toReversed())).toEqual(left(services));
});

test('With hundreds of places to make the owners are gone through a few times.', () => {
  const ports = Array.from({ length: 300 }, (_, at) => aPort({ name: `p${at}`, port: at + 1 }));
  const facts = someFacts({ claims: [claimOf(anOwner({ ports }))], quota: { listeners: 50 } });
  const { steps } = planChanges({ ...facts, quota: {} });
  let reads = 0;
  const counted = Object.defineProperty({ ...facts }, 'owners', {
    get: () => {
      reads += 1;
      return facts.owners;
    },
  });
  expect(withinQuota(steps, counted).withoutRoom).toHaveLength(250);
  expect(reads).toBeLessThanOrEqual(5);
});

test('For places that do not stand no backends are looked up.', () => {
  const ports = Array.from({ length: 300 }, (_, at) => aPort({ name: `p${at}`, port: at + 1 }));
  const facts = someFacts({ claims: [claimOf(anOwner({ ports }))], quota: { listeners: 50 } });
  let lookups = 0;
  const backendsOf: typeof facts.backendsOf = (binding) => {
    lookups += 1;
    return facts.backendsOf(binding);
  };
  expect(planChanges({ ...facts, backendsOf }).steps).toHaveLength(50);
  expect(lookups).toBe(0);
});

test('A rule counts on its own listener.', () => {
  const rule = (listenerId: string, url: string) => createRule({ listenerId, place: aRulePlace('example.com', url) });
  const listener = aListener({ id: 'lbl-1', protocol: 'HTTPS', port: 443 });
  const steps = [rule('lbl-1', '/a'), rule('lbl-1', '/b'), rule('lbl-2', '/c')];
  const facts = someFacts({ quota: { rules: 1 }, observed: anObserved({ listeners: [listener] }) });
  const fitted = withinQuota(steps, facts);
  expect(fitted.steps).toEqual([steps[0], steps[2]]);
  expect(fitted.withoutRoom.map(({ step }) => describePlace(step.place))).toEqual(['HTTPS/443 example.com/b']);
});
