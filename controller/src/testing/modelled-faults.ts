import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { redirectActions, writeActions } from './coded-clb.ts';
import { errorClasses } from './error-classes.ts';
import type { WatchedClb } from './watched-clb.ts';

/** One thing that happens to a world, by a name that a run which fails prints. */
export interface Happening<W> {
  readonly name: string;
  readonly run: (world: W) => Promise<void> | void;
}

/** And how long nothing else happens then. */
export interface Command<W> extends Pick<Happening<W>, 'run'> {
  readonly pauseMs: number;
  toString(): string;
}

export function happening<W>(name: string, run: Happening<W>['run']): Happening<W> {
  return { name, run };
}

export function commandsOf<W>(all: fc.Arbitrary<Happening<W>>, pausesMs: readonly number[]): fc.Arbitrary<Command<W>> {
  return fc
    .tuple(all, fc.constantFrom(...pausesMs))
    .map(([{ name, run }, pauseMs]) => ({ run, pauseMs, toString: () => `${name}, then ${pauseMs} ms` }));
}

interface Faulty {
  readonly clb: WatchedClb;
  restart(): Promise<void>;
}

const code = fc.constantFrom(...errorClasses.map(({ codes }) => codes[0] ?? ''));
const few = fc.integer({ min: 1, max: 3 });

/** The CLB API fails, is slow or lies, and the controller dies. `mostFailing`: how many calls in a row fail. */
export const faultsOf = <W extends Faulty>(mostFailing: number): readonly fc.Arbitrary<Happening<W>>[] => [
  fc.constant(happening('restart', async (world: W) => world.restart())),
  fc
    .tuple(fc.integer({ min: 1, max: mostFailing }), code)
    .map(([count, one]) =>
      happening(`fail ${count} ${one}`, ({ clb }: W) => void (clb.failing = { count, code: one })),
    ),
  few.map((count) => happening(`lose ${count}`, ({ clb }: W) => void (clb.losing = count))),
  few.map((count) => happening(`void ${count}`, ({ clb }: W) => void (clb.voiding = count))),
  fc
    .constantFrom(...writeActions, ...redirectActions)
    .map((action) => happening(`delay ${action}`, ({ clb }: W) => clb.delayNext(action, 2_000))),
  fc.constantFrom(0, 30, 400).map((ms) => happening(`latency ${ms}`, ({ clb }: W) => void (clb.latencyMs = ms))),
];
