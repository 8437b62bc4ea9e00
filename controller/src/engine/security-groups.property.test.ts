import { expect, test } from '@jest/globals';
import { ordinaryFlow } from '@clb-direct/shared/domain/flow.ts';
import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { createReporter } from '@clb-direct/shared/kube/events/reporter.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { createOwnerReporter } from '../kube/owner-reporter.ts';
import { aNewService, clusterId } from '../testing/builders.ts';
import { FakeClb } from '../testing/fake-clb.ts';
import { FakeCluster } from '../testing/fake-cluster.ts';
import { apiError } from '../testing/fake-load-balancer.ts';
import { createSecurityGroupLoop } from './security-group-loop.ts';

/** More when somebody looks for rare faults: MODEL_RUNS=100, or MODEL_RUNS=500 PROPERTY_SEED=random. */
const numRuns = Number(process.env['MODEL_RUNS'] ?? 50);
const balancer = 'lb-made1';
const log = createLogger({ program: 'test', level: 'silent' });

type Trouble = 'failure' | 'lost answer' | 'crash before' | 'crash after';

/** The call is done. */
const isAfter = (trouble: Trouble) => trouble === 'lost answer' || trouble === 'crash after';

/** The loop of security groups and one Service, whose CLB gets what its bindings say. */
class GroupWorld {
  readonly clb = new FakeClb();
  readonly cluster = new FakeCluster();
  nowMs = 1_000_000;
  /** How many calls still work; then `trouble` happens. */
  callsLeft = Infinity;
  trouble: Trouble = 'failure';
  #loop = this.#newLoop();

  constructor() {
    this.clb.addLoadBalancer(balancer);
    const { securityGroups } = this.clb;
    securityGroups.fail = () => {
      this.callsLeft -= 1;
      return this.callsLeft < 0 && !isAfter(this.trouble) ? apiError('transient', 'InternalError', 'no') : undefined;
    };
    securityGroups.loseAnswer = () => this.callsLeft < 0 && isAfter(this.trouble);
  }

  get bound(): readonly string[] {
    return this.clb.balancers.get(balancer)?.about.settings.securityGroups ?? [];
  }

  get wanted(): string | undefined {
    return this.cluster
      .service('shop/web')
      ?.loadBalancerSourceRanges.map((cidr) => `ACCEPT ALL ALL ${cidr}`)
      .join();
  }

  ranges(...loadBalancerSourceRanges: readonly string[]): void {
    if (this.cluster.service('shop/web') !== undefined) {
      this.cluster.changeService('shop/web', { loadBalancerSourceRanges });
    } else {
      this.cluster.putService(aNewService({ existingLoadBalancer: undefined, loadBalancerSourceRanges }));
    }
  }

  /** What the loop of made CLBs does. */
  async #record(): Promise<void> {
    const owner = this.cluster.owner('Service/shop/web');
    if (owner?.newBalancer === undefined || owner.owned !== undefined) return;
    const fresh = { proof: 'proof', generation: 1, askedAtMs: undefined, balancerId: balancer, version: '' };
    const { signal } = new AbortController();
    await this.cluster.ownedRecords.put({ owner, wish: owner.newBalancer.wish, ...fresh }, signal);
  }

  async run(): Promise<void> {
    await this.#record();
    const { signal } = new AbortController();
    await this.#loop('all', signal, ordinaryFlow).catch(() => undefined);
    if (this.callsLeft < 0 && this.trouble.startsWith('crash')) this.restart();
    this.callsLeft = Infinity;
    this.nowMs += 1_000;
  }

  /** As a controller dies: what it found out is lost. */
  restart(): void {
    this.cluster.setSourceGroup('uid-web', undefined);
    this.#loop = this.#newLoop();
  }

  /** What the balancer loop does; the cloud binds no group that is not there. */
  bind(): void {
    const found = this.clb.balancers.get(balancer);
    const wished = this.cluster.owner('Service/shop/web')?.bindings[0]?.balancerSettings.securityGroups;
    if (found === undefined || wished?.every((id) => this.clb.securityGroups.stored.has(id)) !== true) return;
    const { about } = found;
    found.about = { ...about, settings: { ...about.settings, securityGroups: wished } };
  }

  #newLoop() {
    const repeat = { by: 'message', afterMs: 60_000 } as const;
    const { recorder } = this.cluster;
    return createSecurityGroupLoop({
      clb: this.clb,
      cluster: this.cluster,
      reporter: createOwnerReporter(createReporter({ recorder, log, nowMs: () => this.nowMs, repeat })),
      clusterId,
      times: { unneededMs: 20_000, resyncMs: 60_000 },
      log,
      monotonicMs: () => this.nowMs,
    });
  }
}

const open = { action: 'ACCEPT', protocol: 'ALL', port: 'ALL', cidr: '0.0.0.0/0' } as const;

const steps: Readonly<Record<string, (world: GroupWorld) => unknown>> = {
  'allow one': (world) => world.ranges('192.0.2.0/24'),
  'allow another': (world) => world.ranges('198.51.100.0/24'),
  'allow all': (world) => world.ranges(),
  'delete the Service': (world) => world.cluster.removeService('shop/web'),
  bind: (world) => world.bind(),
  'open by hand': (world) => world.clb.securityGroups.ids.forEach((id) => world.clb.securityGroups.change(id, [open])),
  'delete by hand': (world) => world.clb.securityGroups.ids.slice(0, 1).forEach((id) => lose(world, id)),
  wait: (world) => (world.nowMs += 30_000),
  'wait long': (world) => (world.nowMs += 200_000),
  restart: (world) => world.restart(),
};

/** The cloud lets nobody delete one that a CLB has. */
function lose({ clb, bound }: GroupWorld, id: string): void {
  if (!bound.includes(id)) clb.securityGroups.stored.delete(id);
}

const troubles = ['failure', 'lost answer', 'crash before', 'crash after'] as const;
const run = fc.record({ calls: fc.integer({ min: 0, max: 6 }), trouble: fc.constantFrom(...troubles) });
const goodRun = fc.constant({ calls: 99, trouble: 'failure' as const });
const command = fc.oneof(
  fc.constantFrom(...Object.keys(steps)),
  { arbitrary: run, weight: 1 },
  { arbitrary: goodRun, weight: 1 },
  fc.constant('bind'),
);

async function settle(world: GroupWorld): Promise<void> {
  for (let round = 0; round < 12; round += 1) {
    await world.run();
    world.bind();
    world.nowMs += 65_000;
  }
}

/** Whoever asks for a limit stays limited, from the moment that the CLB has a group. */
function checkLimited(world: GroupWorld, before: readonly string[]): void {
  const { wanted = '', bound } = world;
  if (wanted !== '' && before.length > 0) expect(bound).not.toEqual([]);
}

test('Whatever fails or is changed by hand, the CLB ends with the one group that its Service asks for.', async () => {
  const property = fc.asyncProperty(fc.array(command, { minLength: 20, maxLength: 40 }), async (commands) => {
    const world = new GroupWorld();
    for (const one of commands) {
      const before = world.bound;
      if (typeof one === 'string') steps[one]?.(world);
      else {
        world.callsLeft = one.calls;
        world.trouble = one.trouble;
        await world.run();
      }
      checkLimited(world, before);
    }
    await settle(world);
    const { wanted = '', clb, bound, cluster } = world;
    const isHere = cluster.service('shop/web') !== undefined;
    if (!isHere) clb.balancers.clear();
    await settle(world);
    const contents = clb.securityGroups.ids.map((id) => clb.securityGroups.contentOf(id));
    expect(contents).toEqual(wanted === '' ? [] : [wanted]);
    if (isHere) expect(bound).toEqual(wanted === '' ? [] : clb.securityGroups.ids);
    const settled = clb.securityGroups.writes.length;
    world.restart();
    await settle(world);
    expect(clb.securityGroups.writes.length).toBe(settled);
  });
  await fc.assert(property, { numRuns });
});
