import type { Advanced } from '@clb-direct/certs/advance-certificates.ts';
import { makeEverything } from '@clb-direct/certs/make-material.ts';
import { defaultPolicy } from '@clb-direct/certs/material.ts';
import { readCertificates } from '@clb-direct/certs/pem.ts';
import { decodeSecret, type StoredCertificates } from '@clb-direct/certs/secret-format.ts';
import { registrationEntry } from '@clb-direct/shared/domain/names.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { HealMetrics } from '../heal-metrics.ts';
import { createServingCertificates, type ServingCertificates } from '../serving-certificates/serving-certificates.ts';
import { createFights } from '../owned-objects/repair/contention.ts';
import type { Sight } from '../owned-objects/owned-object.ts';
import { createHolder, type Holder, type HolderWork } from './leader-work.ts';

const hostName = 'hook.ns.svc';
const order = { hostNames: [hostName], hostName, policy: defaultPolicy, trusted: [], generation: 1 };
const log = createLogger({ program: 'test', level: 'silent' });
const tampered = 'tampered';
const held = { signal: new AbortController().signal, isHeld: () => true };
const clock = { nowMs: () => Date.now(), offsetMs: () => 0 };

let first: StoredCertificates;
let second: StoredCertificates;
beforeAll(async () => {
  first = { ...decodeSecret({}), material: await makeEverything({ ...order, nowMs: Date.now() }) };
  second = { ...decodeSecret({}), material: await makeEverything({ ...order, nowMs: Date.now() }) };
});

/** What the world is like, and what became of it. */
let world: {
  stored: StoredCertificates;
  step?: Advanced['step'];
  advance: () => Promise<void>;
  published: string;
  isServing: boolean;
  home: string | undefined;
  lookAtService: () => Promise<Sight>;
};
let done: string[];
let nowMs: number;
let certificates: ServingCertificates;
let holder: Holder;
let rings: number;
beforeEach(() => {
  done = [];
  nowMs = 0;
  world = {
    stored: first,
    advance: () => Promise.resolve(),
    published: '',
    isServing: true,
    home: 'ns-uid',
    lookAtService: () => Promise.resolve(sightOf('service', [])),
  };
  const trust = { hostName, publishMs: 0, nowMs: clock.nowMs, monotonicMs: () => nowMs };
  certificates = createServingCertificates({ ...trust, onChange: () => undefined, log });
  holder = createTestHolder();
});

function sightOf(object: Sight['object'], drifts: readonly string[], deed: () => void = () => undefined): Sight {
  const repair = () => {
    deed();
    return Promise.resolve({ written: {}, left: [] });
  };
  return { object, live: {}, drifts, pathOf: () => [], repair };
}

function createTestHolder(): Holder {
  const metrics: HealMetrics = {
    repaired: (object, kinds) => void done.push(...kinds.map((kind) => `${object} ${kind}`)),
    stepped: () => undefined,
    phase: () => undefined,
    checked: () => void done.push('checked'),
    handshakeFailed: () => undefined,
  };
  const publish = (bundle: string) => () => (world.published = bundle);
  const work = {
    certificates,
    clock,
    metrics,
    log,
    checkMs: 15_000,
    fights: createFights(() => nowMs),
    repairs: { repaired: () => undefined, contested: () => undefined },
    announcer: {
      advanced: () => undefined,
      secretContested: () => void done.push('contested'),
      clock: () => undefined,
    },
    homeUid: () => Promise.resolve(world.home),
    removeRegistration: () => Promise.resolve((world.published = '')),
    servingProblems: () => Promise.resolve(world.isServing ? [] : ['not yet']),
    eniDefault: () => 'eni',
    service: { look: () => world.lookAtService() },
    registration: {
      look: ({ bundle }) => {
        const caBundle = Buffer.from(world.published).toString('base64');
        const live = { webhooks: [{ name: registrationEntry, clientConfig: { caBundle } }] };
        const sight = sightOf('registration', bundle === world.published ? [] : ['caBundle'], publish(bundle));
        return Promise.resolve({ ...sight, live });
      },
      readPublishedBundle: () => Promise.resolve(world.published),
    },
    keeper: {
      async advance() {
        await world.advance();
        const { stored, step } = world;
        const secret = { stored, uid: 'u', resourceVersion: '1' };
        const { bundle } = stored.material;
        return {
          secret,
          bundle,
          recheckMs: 60_000,
          phase: 'stable',
          warnings: [],
          ...(step ? { step, isRepair: true } : {}),
        };
      },
    },
  } satisfies HolderWork;
  return createHolder(work, () => (rings += 1));
}

/** Both loops once, and the one that heals once more if the other one has a bundle to publish. */
async function check(): Promise<number> {
  rings = 0;
  const early = await holder.heal(held);
  const advancedMs = await holder.advance(held);
  const healedMs = rings > 0 ? await holder.heal(held) : early;
  return Math.min(advancedMs, healedMs);
}
const fail = () => Promise.reject(new Error('no answer'));
const count = (bundle: string) => readCertificates(bundle)?.length;

describe('a look', () => {
  test('serves what the Secret holds, publishes it, and looks again in time', async () => {
    expect(await check()).toBe(15_000);
    expect(certificates.current()).toBe(first);
    expect(world.published).toBe(first.material.bundle);
    expect(done).toEqual(['registration caBundle', 'checked']);
  });

  test('publishes nothing before this replica serves', async () => {
    world.isServing = false;
    expect(await check()).toBe(250);
    expect([world.published, done]).toEqual(['', []]);
  });

  test('takes the registration away while we are being uninstalled, and nothing comes back', async () => {
    await check();
    expect(world.published).not.toBe('');
    done = [];
    world.home = undefined;
    expect(await check()).toBe(15_000);
    expect([world.published, done]).toEqual(['', []]);
  });

  test('puts the registration right while the Secret cannot be read, and does not call that well', async () => {
    await check();
    world.published = tampered;
    world.advance = fail;
    await expect(holder.advance(held)).rejects.toThrow('no answer');
    done = [];
    await holder.heal(held);
    expect(world.published).toBe(first.material.bundle);
    expect(done).toEqual(['registration caBundle']);
  });

  test('puts the registration right although the Service cannot be read, and fails all the same', async () => {
    await holder.advance(held);
    world.lookAtService = fail;
    await expect(holder.heal(held)).rejects.toThrow('no answer');
    expect(world.published).toBe(first.material.bundle);
    expect(done).not.toContain('checked');
  });
});

test('a Secret of somebody else is published beside what is served, then served, then published alone', async () => {
  await check();
  world.stored = second;
  await check();
  expect(count(world.published)).toBe(2);
  expect(certificates.current()).toBe(first);
  await check();
  expect(certificates.current()).toBe(second);
  await check();
  expect(world.published).toBe(second.material.bundle);
});

test('a bundle that goes on with the certificates is published, and is no repair', async () => {
  await check();
  done = [];
  const grown = { ...first.material, bundle: `${first.material.bundle}${second.material.bundle}` };
  world.stored = { ...first, material: grown };
  await check();
  expect(count(world.published)).toBe(2);
  expect(done.filter((deed) => deed !== 'checked')).toEqual([]);
  world.published = tampered;
  await check();
  expect(done).toContain('registration caBundle');
});

test('a Secret that others break again and again is told, and left alone for a moment', async () => {
  world.step = 'restore';
  for (let round = 0; round < 6; round += 1) await check();
  expect(done.filter((deed) => deed === 'contested')).toHaveLength(1);
  world.advance = fail;
  expect(await holder.advance(held)).toBe(250);
  nowMs += 250;
  await expect(holder.advance(held)).rejects.toThrow('no answer');
});
