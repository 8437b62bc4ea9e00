import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readCertificates } from '../pem.ts';
import type { MakeKeys } from '../issue-certificates.ts';
import { CertificateWorld, poolOfKeys, type Ending } from '../testing/certificate-world.ts';
import { maxBundle } from './judge-rotation.ts';

const replicas = 3;
const day = 24 * 3_600_000;

let makeKeys: MakeKeys;
beforeAll(() => {
  makeKeys = poolOfKeys(11);
}, 60_000);

type Deed = (world: CertificateWorld) => unknown;
const index = fc.nat(replicas - 1);
const endings: Ending[] = ['dies before the write', 'dies after the write', 'meets another leader'];
const well: fc.Arbitrary<Deed> = fc.constant((world) => world.lead('well'));
const badly: fc.Arbitrary<Deed> = fc.constantFrom(...endings).map((ending) => (world) => world.lead(ending));
const sync: fc.Arbitrary<Deed> = index.map((at) => (world) => world.sync(at));
const pass: fc.Arbitrary<Deed> = fc.constantFrom(2_000, 11_000, 40_000).map((ms) => (world) => world.pass(ms));
const jump: fc.Arbitrary<Deed> = fc
  .constantFrom(-3_600_000, -60_000, 60_000, day)
  .map((ms) => (world) => world.jump(ms));
const hear: fc.Arbitrary<Deed> = fc.nat(1).map((at) => (world) => world.hear(at));
const change: fc.Arbitrary<Deed> = index.map((at) => (world) => (world.leader = at));
const ask: fc.Arbitrary<Deed> = fc.constantFrom('leaf', 'ca', 'ca').map((kind) => (world) => world.ask(kind));
const lose: fc.Arbitrary<Deed> = fc.constant((world) => world.deleteSecret());
const garble: fc.Arbitrary<Deed> = fc.constant((world) => world.fillSecretWithGarbage());
const cut: fc.Arbitrary<Deed> = fc.tuple(index, fc.boolean()).map(
  ([at, is]) =>
    (world) =>
      world.cutOff(at, is),
);

const deeds = fc.array(
  fc.oneof(
    { arbitrary: well, weight: 8 },
    { arbitrary: badly, weight: 2 },
    { arbitrary: sync, weight: 6 },
    { arbitrary: pass, weight: 5 },
    { arbitrary: hear, weight: 2 },
    ...[jump, change, ask, lose, garble, cut].map((arbitrary) => ({ arbitrary, weight: 1 })),
  ),
  { minLength: 10, maxLength: 60 },
);

async function begin(): Promise<CertificateWorld> {
  const world = new CertificateWorld(replicas, makeKeys);
  await world.untilStable();
  return world;
}

test('Whatever happens in whatever order, no API server refuses a replica, and it comes to rest with one CA.', async () => {
  await fc.assert(
    fc.asyncProperty(deeds, async (walk) => {
      const world = await begin();
      for (const deed of walk) {
        await deed(world);
        if (!world.hadEmergency) expect(world.refusals()).toEqual([]);
        expect(readCertificates(world.registration)?.length).toBeLessThanOrEqual(maxBundle);
      }
      const last = await world.untilStable();
      expect(readCertificates(last.bundle)).toHaveLength(1);
      expect(world.refusals()).toEqual([]);
    }),
    { numRuns: 60 },
  );
}, 120_000);

test('Ten years by the wall clock renew the CA and the leaf without anybody being refused.', async () => {
  const world = await begin();
  const cas = new Set<string>();
  for (let days = 0; days < 3_650; days += 20) {
    world.pass(20 * day);
    const { bundle } = await world.untilStable();
    cas.add(bundle);
    expect(world.refusals()).toEqual([]);
  }
  expect(cas.size).toBeGreaterThanOrEqual(10);
}, 120_000);
