import { expect, test } from '@jest/globals';
import type { SeenPod } from '../figures.ts';
import { timeLine } from './time-line.ts';

const pod: SeenPod = {
  ...{ name: 'web-<1>', ip: '10.0.0.1', createdAtMs: 1_000, containersReadyAtMs: 2_000, gateAtMs: 3_000 },
  ...{ readyAtMs: 3_000, endingAtMs: 20_000, goneAtMs: 29_000 },
};

function drawn(losses: readonly number[]) {
  return timeLine('http & more', {
    load: {
      sent: 2,
      losses: losses.map((atMs) => ({ atMs, connection: 'new', why: '' })),
      answers: [[5, pod.name, 20]],
    },
    pods: [pod],
    changes: [
      { atMs: 2_500, ip: '10.0.0.1', what: 'Alive' },
      { atMs: 19_000, ip: '10.0.0.1', what: 'weight 0' },
    ],
    fromMs: 0,
    toMs: 30_000,
  });
}

test('The picture has a mark every ten seconds, bars for the pod, and no name that breaks it.', () => {
  const picture = drawn([]);
  for (const seconds of ['0 s', '10 s', '20 s', '30 s']) expect(picture).toContain(`>${seconds}<`);
  expect(picture).toContain('web-&lt;1>');
  expect(picture).toContain('http &amp; more');
  for (const color of ['#ccc', '#fd6', '#6c6', '#e96', '#48f', '#444']) {
    expect(picture.split(color).length).toBe(3);
  }
});

test('Each loss is a line.', () => {
  expect(drawn([]).match(/<line /g)).toBeNull();
  expect(drawn([4_000, 5_000]).match(/<line /g)).toHaveLength(2);
});
