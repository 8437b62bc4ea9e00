import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { names, urls, type Asked } from './asked-ingress.ts';
import type { Edit } from './modelled-edits.ts';
import { commandsOf, faultsOf, happening, type Command } from './modelled-faults.ts';
import type { Neighbour } from './modelled-neighbour.ts';
import type { ModelledIngresses } from './modelled-ingresses.ts';
import type { ByHand } from './modelled-rules-by-hand.ts';
import { balancers } from './modelled-services.ts';

const [usual, other] = balancers;
const asked: fc.Arbitrary<Asked> = fc.record({
  balancer: fc.constantFrom(usual, usual, other),
  urls: fc.uniqueArray(fc.constantFrom(...urls), { minLength: 1, maxLength: 3 }),
  targets: fc.constantFrom<Asked['targets'][]>('pods', 'pods', 'nodes'),
  tls: fc.constantFrom<Asked['tls'][]>('none', 'https', 'redirect'),
  isOurs: fc.constantFrom(true, true, true, false),
});

const neighbour: fc.Arbitrary<Neighbour> = fc.record({
  balancer: fc.constantFrom(usual, usual, other),
  kind: fc.constantFrom<Neighbour['kind'][]>('TCP', 'HTTP'),
  port: fc.constantFrom<Neighbour['port'][]>(80, 443, 8080),
});

const name = fc.constantFrom(...names);
const people = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(name, asked)
      .map(([one, what]) =>
        happening(`Ingress ${one} ${JSON.stringify(what)}`, (world: ModelledIngresses) => world.ask(one, what)),
      ),
  },
  fc
    .tuple(name, fc.constantFrom(undefined, undefined, 'cert-1', 'cert-2'))
    .map(([one, id]) =>
      happening(`Secret of ${one} ${id ?? 'gone'}`, (world: ModelledIngresses) => world.putSecret(one, id)),
    ),
  neighbour.map((what) =>
    happening(`Service ${JSON.stringify(what)}`, (world: ModelledIngresses) => world.askNeighbour(what)),
  ),
  fc
    .constantFrom<Edit[]>('weights', 'targets', 'listener', 'rule', 'stranger')
    .map((edit) => happening(`edit ${edit}`, (world: ModelledIngresses) => world.editByHand(edit))),
  fc
    .constantFrom<ByHand[]>('alone', 'wanted')
    .map((kind) => happening(`rule by hand ${kind}`, (world: ModelledIngresses) => world.makeByHand(kind))),
  fc.constant(happening('delete Service', (world: ModelledIngresses) => world.deleteNeighbour())),
  name.map((one) => happening(`delete Ingress ${one}`, (world: ModelledIngresses) => world.delete(one))),
);

export const command: fc.Arbitrary<Command<ModelledIngresses>> = commandsOf(
  fc.oneof({ weight: 5, arbitrary: people }, { weight: 2, arbitrary: fc.oneof(...faultsOf<ModelledIngresses>(3)) }),
  [0, 20, 200, 2_000, 30_000],
);
