import { expect, test } from '@jest/globals';
import type { PodSelector } from '../core/model/binding.ts';
import { anObserved, anOwner, aPod, aPort, limits, targetRules } from '../testing/builders.ts';
import { backendsFrom, podsBehind } from './facts.ts';

test('The pods behind hundreds of ports of a Service are looked up once, and are the targets of each once.', () => {
  const pod = aPod();
  let reads = 0;
  const counted = Object.defineProperty({ ...pod }, 'network', {
    get: () => {
      reads += 1;
      return pod.network;
    },
  });
  const asked: PodSelector[] = [];
  const podsSelectedBy = (selector: PodSelector) => {
    asked.push(selector);
    return [counted];
  };
  const cluster = { podsAt: () => [], reachRules: () => targetRules.reach };
  const backendsOf = backendsFrom(anObserved(), podsBehind({ podsSelectedBy }), { cluster, limits } as never);
  const ports = Array.from({ length: 300 }, (_, at) => aPort({ name: `p${at}`, port: at + 1, targetPort: 9_000 + at }));
  const { bindings } = anOwner({ ports });
  [1, 2, 3, 4, 5].forEach(() => bindings.forEach(backendsOf));
  const last = bindings.at(-1);
  expect(last && backendsOf(last).backends).toMatchObject([{ ip: pod.ip, port: 9_299, state: 'ready' }]);
  expect(asked).toHaveLength(1);
  expect(reads).toBeLessThanOrEqual(2 * 300);
});
