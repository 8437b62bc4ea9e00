import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { urls, type Asked } from './asked-ingress.ts';
import { commandsOf, faultsOf, happening, type Command } from './modelled-faults.ts';
import { names, type ModelledIngresses } from './modelled-ingresses.ts';

const asked: fc.Arbitrary<Asked> = fc.record({
  urls: fc.uniqueArray(fc.constantFrom(...urls), { minLength: 1, maxLength: 3 }),
  tls: fc.constantFrom<Asked['tls'][]>('none', 'https', 'redirect'),
  isOurs: fc.constantFrom(true, true, true, false),
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
    .constantFrom(undefined, undefined, 'cert-1', 'cert-2')
    .map((id) => happening(`Secret ${id ?? 'gone'}`, (world: ModelledIngresses) => world.putSecret(id))),
  name.map((one) => happening(`delete Ingress ${one}`, (world: ModelledIngresses) => world.delete(one))),
);

export const command: fc.Arbitrary<Command<ModelledIngresses>> = commandsOf(
  fc.oneof({ weight: 5, arbitrary: people }, { weight: 2, arbitrary: fc.oneof(...faultsOf<ModelledIngresses>(3)) }),
  [0, 20, 200, 2_000, 30_000],
);
