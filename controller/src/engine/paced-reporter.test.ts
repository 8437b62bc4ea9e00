import { expect, test } from '@jest/globals';
import { anOwner, aPod } from '../testing/builders.ts';
import { FakeCluster } from '../testing/fake-cluster.ts';
import { pacedReporter } from './paced-reporter.ts';

const finding = { severity: 'Warning', reason: 'NoPodFits' } as const;

test('the reporter says a thing again only after a while, and news at once', () => {
  const cluster = new FakeCluster();
  let nowMs = 0;
  const paced = pacedReporter(cluster, { repeatMs: 1_000, nowMs: () => nowMs });
  const say = (message: string) => {
    paced.aboutOwner(anOwner(), { ...finding, message });
    paced.aboutPod(aPod(), { ...finding, message });
  };
  say('x');
  nowMs = 999;
  say('x');
  say('y');
  expect(cluster.announcements).toHaveLength(4);
  nowMs = 1_000;
  say('x');
  expect(cluster.announcements).toHaveLength(6);
});

test('what has a pace of its own is said no more often than that, in whatever words', () => {
  const cluster = new FakeCluster();
  let nowMs = 0;
  const paced = pacedReporter(cluster, { repeatMs: 10, nowMs: () => nowMs });
  const say = (message: string, name = 'web') =>
    paced.aboutOwner(anOwner({ name }), { ...finding, message, repeatMs: 1_000 });
  say('x');
  nowMs = 999;
  say('x');
  say('y');
  say('x', 'api');
  expect(cluster.announcements.map(({ about }) => about)).toEqual(['shop/web', 'shop/api']);
  nowMs = 1_000;
  say('y');
  expect(cluster.announcements).toHaveLength(3);
});
