import { beforeEach, expect, test } from '@jest/globals';
import { ordinaryFlow } from '@clb-direct/shared/domain/flow.ts';
import { createReporter } from '@clb-direct/shared/kube/events/reporter.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { createOwnerReporter } from '../kube/owner-reporter.ts';
import { clusterId } from '../testing/builders.ts';
import { FakeClb } from '../testing/fake-clb.ts';
import { FakeCluster } from '../testing/fake-cluster.ts';
import { refused } from '../testing/fake-load-balancer.ts';
import { createSecurityGroupLoop } from './security-group-loop.ts';

const hourMs = 3_600_000;
let clb: FakeClb;
let cluster: FakeCluster;
let nowMs: number;
let warnings: string[];
let look: () => Promise<void>;

beforeEach(() => {
  [clb, cluster, nowMs, warnings] = [new FakeClb(), new FakeCluster(), 1_000_000, []];
  const destination = { write: (line: string) => void warnings.push(line) };
  const log = createLogger({ program: 'test', level: 'warn', destination });
  const repeat = { by: 'message', afterMs: 60_000 } as const;
  const { recorder } = cluster;
  const run = createSecurityGroupLoop({
    clb,
    cluster,
    reporter: createOwnerReporter(createReporter({ recorder, log, nowMs: () => nowMs, repeat })),
    clusterId,
    times: { unneededMs: 20_000, resyncMs: 60_000 },
    log,
    monotonicMs: () => nowMs,
  });
  look = async () => {
    await run('all', new AbortController().signal, ordinaryFlow).catch(() => undefined);
    nowMs += 30_000;
  };
});

const groups = () => clb.securityGroups;
const looks = async (count: number) => {
  for (let left = count; left > 0; left -= 1) await look();
};

test('A group that nobody wants, and that something else than a CLB has, is told once an hour.', async () => {
  groups().stored.set('sg-1', { id: 'sg-1', ownerUid: 'uid-gone', clusterId, policies: [] });
  groups().fail = (action) => (action === 'deleteSecurityGroup' ? refused('ResourceInUse', 'sg-2 has it') : undefined);
  await looks(hourMs / 30_000 - 5);
  expect(warnings).toHaveLength(1);
  await looks(10);
  expect(warnings).toHaveLength(2);
  groups().fail = () => undefined;
  await look();
  expect(groups().ids).toEqual([]);
});
