import { V1ServiceSpec } from '@kubernetes/client-node';
import { expect, test } from '@jest/globals';
import { knownIngressAnnotations } from '@clb-direct/controller/core/sources/ingress/known-annotations.ts';
import { knownAnnotations } from '@clb-direct/controller/core/sources/service/known-annotations.ts';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation, writtenByControllers } from '@clb-direct/shared/domain/names.ts';
import { quotedIn, readTable } from './read-table.ts';

test.each([
  ['Services', knownAnnotations],
  ['Ingresses', knownIngressAnnotations],
])('docs/compatibility.md says of each annotation of %s what the program does, and of no other.', (kind, all) => {
  const rows = readTable('compatibility.md', `## Annotations of ${kind}`);
  const known = Object.entries(all).map(([name, { support, note }]) => [name, support, note]);
  expect(rows.map(([name = '', ...cells]) => [...quotedIn(name), ...cells])).toEqual(known);
});

test('What controllers write is known as that, and nothing else is.', () => {
  const written = Object.keys(knownAnnotations).filter((name) => knownAnnotations[name]?.support === 'written');
  expect(written.toSorted()).toEqual(writtenByControllers.toSorted());
});

test('Every annotation of an Ingress that the program reads is known.', () => {
  const names = Object.values<string>(ingressAnnotation);
  expect(names.filter((name) => !Object.hasOwn(knownIngressAnnotations, name))).toEqual([]);
});

test('Every annotation of a Service that the program reads is known.', () => {
  const ofServices = Object.values(annotation).filter((name) =>
    /^service\.|^clb-direct\.io\/(mode|managed)$/.test(name),
  );
  expect(ofServices.filter((name) => !Object.hasOwn(knownAnnotations, name))).toEqual([]);
});

test('docs/compatibility.md has every field of a Service.', () => {
  const cells = readTable('compatibility.md', '## Fields of Services').flatMap(([name = '']) => quotedIn(name));
  const told = cells.flatMap((cell) => /^spec\.(\w+)/.exec(cell)?.[1] ?? []);
  const fields = V1ServiceSpec.getAttributeTypeMap().map(({ baseName }) => baseName);
  expect([...new Set(told)].toSorted()).toEqual(fields.toSorted());
});
