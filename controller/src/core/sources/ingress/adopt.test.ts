import { expect, test } from '@jest/globals';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { anIngress, aPath } from '../../../testing/ingress-builders.ts';
import { describePlace } from '../../model/place.ts';
import { readIngress } from './read-ingress.ts';

const asked = { [annotation.managed]: 'true', [annotation.adopt]: 'lb-one' };
const hosts = ['', 'a.com', '*.b.com'];
const pathTypes = ['Prefix', 'Exact', 'ImplementationSpecific'];
const paths = hosts.flatMap((host) => pathTypes.map((pathType) => aPath({ host, pathType, path: `/${pathType}` })));
const read = (annotations: Readonly<Record<string, string>>) => readIngress(anIngress({ annotations, paths }));
const placesOf = (annotations: Readonly<Record<string, string>>) =>
  read(annotations).bindings.map(({ place }) => describePlace(place).replace('HTTP/80 ', ''));

test('What is taken over means what it meant to TKE: a prefix is one rule, and a wildcard the CLB’s own.', () => {
  const expected = hosts.flatMap((host) => [`${host}/Prefix`, `${host}/ImplementationSpecific`, `${host}=/Exact`]);
  expect(placesOf(asked).toSorted()).toEqual(expected.toSorted());
  expect(read(asked).guards).toEqual([]);
});

test('By existLbId alone it means what Kubernetes says.', () => {
  const places = placesOf({ [annotation.managed]: 'true', [ingressAnnotation.existingLoadBalancer]: 'lb-one' });
  expect(places).toEqual(expect.arrayContaining(['a.com=/Prefix', 'a.com/Prefix/', '~^[^.]+\\.b\\.com$=/Exact']));
});

test('Its condition is shown while it asks for its adoption, and not otherwise.', () => {
  expect(read(asked).showsCondition).toBe(true);
  expect(read({ [annotation.managed]: 'true' }).showsCondition).toBe(false);
});

test('What it says of the CLB is what a CLB that exists is told: nothing is set on it.', () => {
  const annotations = {
    ...asked,
    [ingressAnnotation.passToTarget]: 'true',
    [ingressAnnotation.securityGroups]: 'sg-1',
  };
  const { bindings, notices, newBalancer } = read(annotations);
  expect(bindings.map(({ balancerSettings }) => balancerSettings)).toEqual(bindings.map(() => ({})));
  expect([notices.some(({ message }) => message.includes('security-groups')), newBalancer]).toEqual([true, undefined]);
});
