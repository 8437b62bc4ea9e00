import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { commandsOf, faultsOf, happening, type Command } from './modelled-faults.ts';
import { apps, balancers, kinds, type Asked } from './modelled-services.ts';
import type { PodState } from './model.ts';
import type { Edit } from './modelled-edits.ts';
import type { ModelledWorld } from './modelled-world.ts';

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
      .map(([one, what]) =>
        happening(`Service ${one} ${JSON.stringify(what)}`, (world: ModelledWorld) => world.ask(one, what)),
      ),
  },
  app.map((one) => happening(`delete Service ${one}`, (world: ModelledWorld) => world.deleteService(one))),
  fc
    .tuple(app, fc.option(tuned, { nil: undefined }))
    .map(([one, what]) =>
      happening(`config ${one} ${JSON.stringify(what)}`, (world: ModelledWorld) => world.tune(one, what)),
    ),
  app.map((one) => happening(`skip ${one}`, async (world: ModelledWorld) => world.skip(one))),
  app.map((one) => happening(`unskip ${one}`, (world: ModelledWorld) => world.unskip(one))),
  fc
    .constantFrom<Edit[]>('weights', 'targets', 'listener', 'rule', 'stranger')
    .map((edit) => happening(`edit ${edit}`, (world: ModelledWorld) => world.editByHand(edit))),
);

const pods = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(app, number, fc.constantFrom<PodState[]>('ready', 'ready', 'unready', 'ending'))
      .map(([one, index, state]) =>
        happening(`pod ${one}-${index} ${state}`, (world: ModelledWorld) => world.putPod(one, index, state)),
      ),
  },
  fc
    .tuple(app, number)
    .map(([one, index]) => happening(`end pod ${one}-${index}`, (world: ModelledWorld) => world.endPod(one, index))),
);

const faults = fc.oneof(
  ...faultsOf<ModelledWorld>(12),
  fc
    .constantFrom({}, { targets: 2 }, { listeners: 5 })
    .map((quota) => happening(`quota ${JSON.stringify(quota)}`, ({ clb }: ModelledWorld) => void (clb.quota = quota))),
  fc
    .constantFrom('Alive', 'Unknown', 'Dead')
    .map((health) => happening(`health ${health}`, (world: ModelledWorld) => world.setHealth(health))),
);

export const command: fc.Arbitrary<Command<ModelledWorld>> = commandsOf(
  fc.oneof({ weight: 4, arbitrary: people }, { weight: 4, arbitrary: pods }, { weight: 3, arbitrary: faults }),
  [0, 30, 500, 3_000, 30_000],
);
