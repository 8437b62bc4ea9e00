import { beforeEach, expect, test } from '@jest/globals';
import { ordinaryFlow } from '@clb-direct/shared/domain/flow.ts';
import { createReporter } from '@clb-direct/shared/kube/events/reporter.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { createOwnerReporter } from '../kube/owner-reporter.ts';
import { aNewService, clusterId } from '../testing/builders.ts';
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

async function wants(): Promise<void> {
  cluster.putService(aNewService({ existingLoadBalancer: undefined, loadBalancerSourceRanges: ['192.0.2.0/24'] }));
  const owner = cluster.owner('Service/shop/web');
  if (owner?.newBalancer === undefined) throw new Error('it asks for a CLB');
  const fresh = { proof: 'proof', generation: 1, askedAtMs: undefined, balancerId: 'lb-made1', version: '' };
  const record = { owner, wish: owner.newBalancer.wish, ...fresh };
  await cluster.ownedRecords.put(record, new AbortController().signal);
}

test('A group that the list never shows is asked for by its id, and no other is made until it is gone.', async () => {
  groups().unlisted.add('sg-1');
  await wants();
  await looks(30);
  expect(groups().writes).toEqual(['create sg-1']);
  groups().stored.delete('sg-1');
  await looks(6);
  expect(groups().ids).toEqual(['sg-2']);
});

test('A group whose answer was lost goes with its owner, although the list shows it late.', async () => {
  groups().loseAnswer = (action) => action === 'createSecurityGroup';
  groups().unlisted.add('sg-1');
  await wants();
  await look();
  cluster.removeService('shop/web');
  await look();
  groups().unlisted.clear();
  await looks(3);
  expect([groups().ids, groups().writes]).toEqual([[], ['create sg-1', 'delete sg-1']]);
});
