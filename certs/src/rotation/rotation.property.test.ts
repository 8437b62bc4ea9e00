import { beforeAll, expect, test } from '@jest/globals';
import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import type { MakeKeys } from '../issue-certificates.ts';
import { readCertificates } from '../pem.ts';
import { CertificateWorld, poolOfKeys, type Ending } from '../testing/certificate-world.ts';

const replicas = 3;
/** More when somebody looks for rare faults: WALKS=30, or WALKS=1000 PROPERTY_SEED=random. */
const walksToTry = Number(process.env['WALKS'] ?? 15);
const day = 24 * 3_120_000;

let makeKeys: MakeKeys;
beforeAll(() => {
  makeKeys = poolOfKeys(11);
}, 60_000);

/** One thing that happens, with its name for people. */
type Action = readonly [string, (world: CertificateWorld) => unknown];

const index = fc.nat(replicas - 1);
const endings: Ending[] = ['dies before the write', 'dies after the write', 'meets another leader'];
const garbage = Buffer.from('garbage').toString('base64');
const parts = ['ca.crt', 'ca.key', 'tls.crt', 'tls.key', 'next-ca.crt', 'next-ca.key'];
const notes = [
  'clb-direct.io/phase-since',
  'clb-direct.io/generation',
  'clb-direct.io/rotate',
  'clb-direct.io/settle-ms',
];

function action<T>(name: string, values: fc.Arbitrary<T>, act: (world: CertificateWorld, value: T) => unknown) {
  return values.map((value): Action => [`${name} ${JSON.stringify(value)}`, (world) => act(world, value)]);
}

const usual: [number, fc.Arbitrary<Action>][] = [
  [8, action('lead', fc.constant('well' as const), (world, ending) => world.lead(ending))],
  [2, action('lead', fc.constantFrom(...endings), (world, ending) => world.lead(ending))],
  [6, action('sync', index, (world, at) => world.sync(at))],
  [5, action('pass', fc.constantFrom(2_000, 11_000, 40_000), (world, ms) => world.pass(ms))],
  [2, action('sync API server', fc.nat(1), (world, at) => world.syncApiServer(at))],
];

const troubles: fc.Arbitrary<Action>[] = [
  action('new leader', index, (world, at) => (world.leader = at)),
  action('ask', fc.constantFrom('leaf' as const, 'ca' as const), (world, kind) => world.ask(kind)),
  action('ask', fc.constant('ca' as const), (world, kind) => world.ask(kind)),
  action('bring', fc.boolean(), (world, isSound) => world.bring(isSound)),
  action('cut off', fc.tuple(index, fc.boolean()), (world, [at, isCut]) => world.cutOff(at, isCut)),
  action('restart', index, (world, at) => world.restart(at)),
  action('delete', fc.constant('Secret'), (world) => world.deleteSecret()),
  action('break', fc.subarray(parts, { minLength: 1 }), (world, broken) =>
    world.changeSecret(Object.fromEntries(broken.map((part) => [part, garbage]))),
  ),
  action('note', fc.constantFrom(...notes), (world, note) => world.changeSecret({}, { [note]: 'garbage' })),
  action('backup', fc.nat(6), (world, age) => world.restoreBackup(age)),
];

const upsets: fc.Arbitrary<Action>[] = [
  action('jump', fc.constantFrom(-2 * day, -3_120_000, -60_000, 60_000, day, 100 * day), (world, ms) => world.jump(ms)),
  action('registration', fc.nat(8), (world, age) => world.changeRegistration(age)),
];

function walks(others: readonly fc.Arbitrary<Action>[]) {
  const rare = others.map((arbitrary) => ({ arbitrary, weight: 1 }));
  const common = usual.map(([weight, arbitrary]) => ({ arbitrary, weight }));
  return fc.array(fc.oneof(...common, ...rare), { minLength: 10, maxLength: 60 });
}

async function begin(): Promise<CertificateWorld> {
  const world = new CertificateWorld(replicas, makeKeys);
  await world.untilStable();
  return world;
}

async function walkAndRest(walk: readonly Action[]): Promise<void> {
  const world = await begin();
  for (const [name, act] of walk) {
    await act(world);
    world.judge(name);
    expect(world.wrongs).toEqual([]);
  }
  const last = await world.untilStable();
  expect(readCertificates(last.bundle)).toHaveLength(1);
  expect(world).toMatchObject({ wrongs: [], isUpset: false });
}

test(
  'Whatever happens, no API server refuses a replica that it accepted, and one CA is left in the end.',
  async () => {
    await fc.assert(fc.asyncProperty(walks(troubles), walkAndRest), { numRuns: walksToTry });
  },
  walksToTry * 8_000,
);

test(
  'Whatever happens to clocks and the registration too, it comes to rest with one CA.',
  async () => {
    await fc.assert(fc.asyncProperty(walks([...troubles, ...upsets]), walkAndRest), {
      numRuns: walksToTry,
    });
  },
  walksToTry * 8_000,
);

test('An earlier Secret that is put back takes no CA away under which a replica is served.', async () => {
  const world = await begin();
  world.leader = 1;
  world.restart(1);
  // Nothing can vouch for the next CA then, and so only the registration carries it.
  world.changeSecret({ 'ca.key': garbage });
  await world.lead('well');
  await world.ask('ca');
  await world.lead('well');
  world.pass(2_000);
  world.sync(0);
  await world.lead('well');
  world.restoreBackup(2);
  world.pass(2_000);
  const last = await world.untilStable();
  expect(readCertificates(last.bundle)).toHaveLength(1);
  expect(world.wrongs).toEqual([]);
});

test(
  'Ten years by the wall clock renew the CA and the leaf, and no API server is refused.',
  async () => {
    const world = await begin();
    const cas = new Set<string>();
    for (let days = 0; days < 3_650; days += 24) {
      world.pass(24 * day);
      const { bundle } = await world.untilStable();
      cas.add(bundle);
      expect(world).toMatchObject({ wrongs: [], isUpset: false });
    }
    expect(cas.size).toBeGreaterThanOrEqual(10);
  },
  walksToTry * 8_000,
);
