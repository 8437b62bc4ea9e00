import { afterEach, beforeEach, expect, test } from '@jest/globals';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { openFakeCluster, type FakeCluster } from '@clb-direct/shared/testing/fake-cluster.ts';
import { until } from '@clb-direct/shared/testing/until.ts';
import { AnsweredReflector } from './answered-reflector.ts';

let fake: FakeCluster;
beforeEach(async () => {
  fake = await openFakeCluster();
});
afterEach(async () => fake.close());

test.each(['the first list', 'a refusal'])('What throws at %s is logged, and the watch goes on.', async (answer) => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  if (answer === 'a refusal') fake.server.fail({ matches: () => true, times: 1, answer: { status: 403 } });
  const reflector = new AnsweredReflector<object>({
    name: 'nodes',
    api: fake.api,
    log: createLogger({ program: 'test', level: 'error', destination }),
    signal: fake.stop.signal,
    pace: { pauseMs: [5, 20] },
    path: paths.nodes(),
    toView: () => ({}),
    onChange: () => undefined,
    onAnswer: () => {
      throw new Error('too deep');
    },
  });
  await reflector.settled;
  await until(() => fake.server.watches.size === 1);
  fake.server.create(paths.nodes(), { metadata: { name: 'node-1' } });
  await until(() => reflector.items.size === 1);
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) expect(line).toContain('too deep');
});
