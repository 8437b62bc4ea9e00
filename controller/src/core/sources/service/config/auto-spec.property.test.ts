import { expect, test } from '@jest/globals';
import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { aBinding } from '../../../../testing/builders.ts';
import type { Binding } from '../../../model/binding.ts';
import { isRule, type Place } from '../../../model/place.ts';
import type { AutoFacts } from './auto-facts.ts';
import { autoSpec } from './auto-spec.ts';
import { namesOf } from './rule-names.ts';
import { configKeyOf, readTkeServiceConfig } from './tke-service-config.ts';

const places: readonly Place[] = [
  ...[80, 81].flatMap((port) => (['TCP', 'UDP'] as const).map((protocol) => ({ protocol, port }))),
  ...['a.com', 'b.com', ''].flatMap((domain) =>
    ['/', '=/p', '/p/', '/p', '=/q/'].map((url) => ({ protocol: 'HTTP' as const, port: 80, domain, url })),
  ),
];
const schedulers = ['WRR', 'LEAST_CONN'] as const;

interface Block {
  readonly rules?: readonly Block[];
  readonly domains?: readonly Block[];
  scheduler?: string;
}

interface Spec {
  readonly loadBalancer?: { readonly l4Listeners?: readonly Block[]; readonly l7Listeners?: readonly Block[] };
}

/** Those that say something of a listener or a rule. */
const blocksOf = ({ loadBalancer: { l4Listeners = [], l7Listeners = [] } = {} }: Spec) => [
  ...l4Listeners,
  ...l7Listeners.flatMap(({ domains = [] }) => domains.flatMap(({ rules = [] }) => rules)),
];

/** undefined: no block is about the place. */
function saidOf(place: Place, spec: Spec): string | undefined {
  const { rules, listeners } = readTkeServiceConfig(spec);
  const said = isRule(place)
    ? namesOf(place).flatMap((name) => rules.get(configKeyOf(name)) ?? [])[0]
    : listeners.get(configKeyOf(place));
  return said?.scheduler;
}

const stepArb = fc.record({
  wanted: fc.subarray([...places]),
  /** Of all places, as they stand on the CLB. */
  standing: fc.array(fc.constantFrom(...schedulers), { minLength: places.length, maxLength: places.length }),
  /** Which blocks a person edits afterwards. */
  edits: fc.array(fc.nat(30), { maxLength: 3 }),
});

interface Step {
  readonly wanted: readonly Place[];
  readonly standing: readonly string[];
}

const stands = (place: Place, { standing }: Step) => standing[places.indexOf(place)] ?? '';

function factsOf(step: Step): AutoFacts {
  return {
    bindings: step.wanted.map((place): Binding => aBinding({ place, listenerSettings: {} })),
    findings: [],
    standingOf: ({ place }) => ({ scheduler: stands(place, step) }),
    hasSessions: () => false,
    checksFromProbes: false,
  };
}

function checked(before: Spec, step: Step): Spec {
  const after = (autoSpec(before, factsOf(step)) ?? before) as Spec;
  expect(autoSpec(after, factsOf(step))).toBeUndefined();
  expect(readTkeServiceConfig(after).wrong).toEqual([]);
  for (const place of step.wanted) expect(saidOf(place, after)).toBe(saidOf(place, before) ?? stands(place, step));
  const gone = places.filter((place) => !step.wanted.includes(place) && !isRule(place));
  for (const place of gone) expect(saidOf(place, after)).toBeUndefined();
  return after;
}

function edited(spec: Spec, edits: readonly number[]): Spec {
  const copy = structuredClone(spec);
  const blocks = blocksOf(copy);
  for (const edit of edits) {
    const block = blocks[edit % blocks.length];
    if (block !== undefined) block.scheduler = schedulers[edit % 2] ?? '';
  }
  return copy;
}

test('What a block says of a place lives as long as that, whatever comes and goes; a second run is idle.', () => {
  fc.assert(
    fc.property(fc.array(stepArb, { maxLength: 8 }), (steps) => {
      let spec: Spec = {};
      for (const step of steps) spec = edited(checked(spec, step), step.edits);
    }),
  );
});
