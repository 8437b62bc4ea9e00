import { expect, test } from '@jest/globals';
import { anOwner, aPod, aPort } from '../../testing/builders.ts';
import { distinctSelections } from './distinct-selections.ts';

test('Of the ports that select the same pods the first is judged, and the first of each name.', () => {
  const ports = [8080, 9090, 'http', 'http', 'dns'].map((targetPort, at) => aPort({ port: 80 + at, targetPort }));
  const [one, other] = [anOwner({ ports }), anOwner({ name: 'other', ports: ports.slice(0, 2) })];
  const [pods, others] = [[aPod()], [aPod()]];
  const found = distinctSelections([...one.bindings, ...other.bindings], ({ owner }) =>
    owner.uid === one.uid ? pods : others,
  );
  expect(found.map(({ owner, place }) => `${owner.name} ${place.port}`)).toEqual([
    'web 80',
    'web 82',
    'web 84',
    'other 80',
  ]);
});
