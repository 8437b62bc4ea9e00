import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { redirectActions, writeActions } from './coded-clb.ts';
import { errorClasses } from './error-classes.ts';
import { urls, type Asked } from './asked-ingress.ts';
import { names, type ModelledIngresses } from './modelled-ingresses.ts';

/** One thing that happens; it prints itself when a run fails. */
export interface Command {
  readonly run: (world: ModelledIngresses) => Promise<void> | void;
  readonly pauseMs: number;
  toString(): string;
}

function named(name: string, run: Command['run']): Pick<Command, 'run'> & { readonly name: string } {
  return { name, run };
}

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
      .map(([one, what]) => named(`Ingress ${one} ${JSON.stringify(what)}`, (world) => world.ask(one, what))),
  },
  fc
    .constantFrom(undefined, undefined, 'cert-1', 'cert-2')
    .map((id) => named(`Secret ${id ?? 'gone'}`, (world) => world.putSecret(id))),
  name.map((one) => named(`delete Ingress ${one}`, (world) => world.delete(one))),
);

const code = fc.constantFrom(...errorClasses.map(({ codes }) => codes[0] ?? ''));
const few = fc.integer({ min: 1, max: 3 });
const faults = fc.oneof(
  fc.constant(named('restart', async (world) => world.restart())),
  fc
    .tuple(few, code)
    .map(([count, one]) => named(`fail ${count} ${one}`, ({ clb }) => void (clb.failing = { count, code: one }))),
  few.map((count) => named(`lose ${count}`, ({ clb }) => void (clb.losing = count))),
  few.map((count) => named(`void ${count}`, ({ clb }) => void (clb.voiding = count))),
  fc
    .constantFrom(...writeActions, ...redirectActions)
    .map((action) => named(`delay ${action}`, ({ clb }) => clb.delayNext(action, 2_000))),
  fc.constantFrom(0, 30, 400).map((ms) => named(`latency ${ms}`, ({ clb }) => void (clb.latencyMs = ms))),
);

export const command: fc.Arbitrary<Command> = fc
  .tuple(
    fc.oneof({ weight: 5, arbitrary: people }, { weight: 2, arbitrary: faults }),
    fc.constantFrom(0, 20, 200, 2_000, 30_000),
  )
  .map(([{ name: label, run }, pauseMs]) => ({ run, pauseMs, toString: () => `${label}, then ${pauseMs} ms` }));
