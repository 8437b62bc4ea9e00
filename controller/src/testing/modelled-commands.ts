import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { errorClasses } from './error-classes.ts';
import { redirectActions, writeActions } from './coded-clb.ts';
import { apps, balancers, kinds, type Asked } from './modelled-services.ts';
import type { PodState } from './model.ts';
import type { Edit } from './modelled-edits.ts';
import type { ModelledWorld } from './modelled-world.ts';

/** One thing that happens; it prints itself when a run fails. */
export interface Command {
  readonly run: (world: ModelledWorld) => Promise<void> | void;
  /** How long nothing else happens then. */
  readonly pauseMs: number;
  toString(): string;
}

function named(name: string, run: Command['run']): Pick<Command, 'run'> & { readonly name: string } {
  return { name, run };
}

const app = fc.constantFrom(...apps);
const number = fc.integer({ min: 1, max: 3 });
const asked = fc.record({
  balancer: fc.constantFrom(...balancers),
  kind: fc.constantFrom(...kinds),
  second: fc.boolean(),
  hosts: fc.constantFrom<Asked['hosts'][]>(1, 2),
  sessionAffinity: fc.constantFrom<Asked['sessionAffinity'][]>('None', 'ClientIP'),
});
const tuned = fc.record({
  scheduler: fc.constantFrom('WRR', 'LEAST_CONN'),
  sessionExpireTime: fc.constantFrom(60, 90),
});

const people = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(app, asked)
      .map(([one, what]) => named(`Service ${one} ${JSON.stringify(what)}`, (world) => world.ask(one, what))),
  },
  app.map((one) => named(`delete Service ${one}`, (world) => world.deleteService(one))),
  fc
    .tuple(app, fc.option(tuned, { nil: undefined }))
    .map(([one, what]) => named(`config ${one} ${JSON.stringify(what)}`, (world) => world.tune(one, what))),
  app.map((one) => named(`skip ${one}`, async (world) => world.skip(one))),
  app.map((one) => named(`unskip ${one}`, (world) => world.unskip(one))),
  fc
    .constantFrom<Edit[]>('weights', 'targets', 'listener', 'rule', 'stranger')
    .map((edit) => named(`edit ${edit}`, (world) => world.editByHand(edit))),
);

const pods = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(app, number, fc.constantFrom<PodState[]>('ready', 'ready', 'unready', 'ending'))
      .map(([one, index, state]) => named(`pod ${one}-${index} ${state}`, (world) => world.putPod(one, index, state))),
  },
  fc.tuple(app, number).map(([one, index]) => named(`end pod ${one}-${index}`, (world) => world.endPod(one, index))),
);

const code = fc.constantFrom(...errorClasses.map(({ codes }) => codes[0] ?? ''));
const few = fc.integer({ min: 1, max: 3 });

const faults = fc.oneof(
  fc.constant(named('restart', async (world) => world.restart())),
  fc
    .tuple(fc.integer({ min: 1, max: 12 }), code)
    .map(([count, one]) => named(`fail ${count} ${one}`, ({ clb }) => void (clb.failing = { count, code: one }))),
  few.map((count) => named(`lose ${count}`, ({ clb }) => void (clb.losing = count))),
  few.map((count) => named(`void ${count}`, ({ clb }) => void (clb.voiding = count))),
  fc
    .constantFrom(...writeActions, ...redirectActions)
    .map((action) => named(`delay ${action}`, ({ clb }) => clb.delayNext(action, 2_000))),
  fc.constantFrom(0, 30, 400).map((ms) => named(`latency ${ms}`, ({ clb }) => void (clb.latencyMs = ms))),
  fc
    .constantFrom({}, { targets: 2 }, { listeners: 5 })
    .map((quota) => named(`quota ${JSON.stringify(quota)}`, ({ clb }) => void (clb.quota = quota))),
  fc
    .constantFrom('Alive', 'Unknown', 'Dead')
    .map((health) => named(`health ${health}`, (world) => world.setHealth(health))),
);

export const command: fc.Arbitrary<Command> = fc
  .tuple(
    fc.oneof({ weight: 4, arbitrary: people }, { weight: 4, arbitrary: pods }, { weight: 3, arbitrary: faults }),
    fc.constantFrom(0, 30, 500, 3_000, 30_000),
  )
  .map(([{ name, run }, pauseMs]) => ({ run, pauseMs, toString: () => `${name}, then ${pauseMs} ms` }));
