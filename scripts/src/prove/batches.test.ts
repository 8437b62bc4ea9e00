import { expect, test } from '@jest/globals';
import { batchesOf, preparedTogether } from './batches.ts';
import { rows } from './rows.ts';

const named = (...names: readonly string[]) => rows.filter(({ name }) => names.includes(name));
const namesOf = (batches: readonly (typeof rows)[]) => batches.map((batch) => batch.map(({ name }) => name));

test('Rows that break nothing but their own CLB run at once, so many at most.', () => {
  const three = named('http/rolling/none', 'tcp/rolling/none', 'http/rolling/slow-api');
  expect(namesOf(batchesOf(three, 2))).toEqual([['http/rolling/none', 'tcp/rolling/none'], ['http/rolling/slow-api']]);
});

test('What happens to a program happens to one batch, whose rows have all of it.', () => {
  const some = named('http/rolling/none', 'http/rolling/leader-killed', 'udp/rolling/leader-killed');
  const killed = ['http/rolling/leader-killed', 'udp/rolling/leader-killed'];
  expect(namesOf(batchesOf(some, 9))).toEqual([['http/rolling/none'], killed]);
});

test('Nothing else runs while a node is drained.', () => {
  const some = named('http/drain-node/none', 'http/rolling/none');
  expect(namesOf(batchesOf(some, 9)).toSorted()).toEqual([['http/drain-node/none'], ['http/rolling/none']]);
});

test('Each row is in one batch.', () => {
  const all = batchesOf(rows, 4).flat();
  expect(all.toSorted((a, b) => rows.indexOf(a) - rows.indexOf(b))).toEqual(rows);
});

test('Four batches have their pods together; one that takes a node away has the nodes alone, and comes last.', () => {
  const others = rows.filter(({ app, rollout }) => app === 'http' && rollout !== 'drain-node').slice(0, 6);
  const some = [...named('http/drain-node/none', 'udp/rolling/node-lost'), ...others];
  const groups = preparedTogether(batchesOf(some, 1)).map((group) => namesOf(group).flat());
  expect(groups.slice(-2)).toEqual([['http/drain-node/none'], ['udp/rolling/node-lost']]);
  expect(groups.slice(0, -2).map(({ length }) => length)).toEqual([4, 2]);
});
