import type { Advanced } from '@clb-direct/certs/advance-certificates.ts';
import { makeEverything } from '@clb-direct/certs/make-material.ts';
import { defaultPolicy } from '@clb-direct/certs/material.ts';
import { readCertificates } from '@clb-direct/certs/pem.ts';
import { decodeSecret, type StoredCertificates } from '@clb-direct/certs/secret-format.ts';
import { registrationEntry } from '@clb-direct/shared/domain/names.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createServingCertificates, type ServingCertificates } from '../serving-certificates/serving-certificates.ts';
import { createContention } from '../owned-objects/repair/contention.ts';
import type { RepairMetrics } from '../owned-objects/repair/repair-metrics.ts';
import type { OwnedObject } from '../owned-objects/owned-object.ts';
import { createLeaderTasks, type LeaderTasks } from './leader-tasks.ts';
import type { LeaderParts } from './leader-parts.ts';

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
  namespaceUid: string | undefined;
  readService: () => Promise<OwnedObject>;
};
let done: string[];
let nowMs: number;
let certificates: ServingCertificates;
let tasks: LeaderTasks;
let triggers: number;
beforeEach(() => {
  done = [];
  nowMs = 0;
  world = {
    stored: first,
    advance: () => Promise.resolve(),
    published: '',
    isServing: true,
    namespaceUid: 'ns-uid',
    readService: () => Promise.resolve(objectOf('service', [])),
  };
  const trust = { hostName, publishMs: 0, nowMs: clock.nowMs, monotonicMs: () => nowMs };
  certificates = createServingCertificates({ ...trust, onChange: () => undefined, log });
  tasks = createTestTasks();
});

function objectOf(
  kind: OwnedObject['kind'],
  drifts: readonly string[],
  write: () => void = () => undefined,
): OwnedObject {
  const repair = () => {
    write();
    return Promise.resolve({ written: {}, left: [] });
  };
  return { kind, live: {}, drifts, pathOf: () => [], repair };
}

function createTestTasks(): LeaderTasks {
  const metrics: RepairMetrics = {
    repaired: (object, kinds) => void done.push(...kinds.map((kind) => `${object} ${kind}`)),
    checked: () => void done.push('checked'),
  };
  const publish = (bundle: string) => () => (world.published = bundle);
  const parts = {
    certificates,
    clock,
    log,
    checkMs: () => 15_000,
    repairs: {
      contention: createContention(() => nowMs),
      findings: { repaired: () => undefined, contested: () => undefined, notKept: () => undefined },
      metrics,
      log,
    },
    rotationMetrics: { stepped: () => undefined, phase: () => undefined },
    certificateFindings: {
      advanced: () => undefined,
      secretContested: () => void done.push('contested'),
      clock: () => undefined,
    },
    namespaceUid: () => Promise.resolve(world.namespaceUid),
    removeRegistration: () => Promise.resolve((world.published = '')),
    servingProblems: () => Promise.resolve(world.isServing ? [] : ['not yet']),
    network: () => ({ eniDefault: 'eni', globalRoute: false }),
    service: { read: () => world.readService() },
    registration: {
      read: ({ bundle }) => {
        const caBundle = Buffer.from(world.published).toString('base64');
        const live = { webhooks: [{ name: registrationEntry, clientConfig: { caBundle } }] };
        const object = objectOf('registration', bundle === world.published ? [] : ['caBundle'], publish(bundle));
        return Promise.resolve({ ...object, live });
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
  } satisfies LeaderParts;
  return createLeaderTasks(parts, () => (triggers += 1));
}

/** Both loops once, and the one that repairs once more if the other one has a bundle to publish. */
async function check(): Promise<number> {
  triggers = 0;
  const early = await tasks.repair(held);
  const advancedMs = await tasks.advance(held);
  const repairedMs = triggers > 0 ? await tasks.repair(held) : early;
  return Math.min(advancedMs, repairedMs);
}
const fail = () => Promise.reject(new Error('no answer'));
const count = (bundle: string) => readCertificates(bundle)?.length;

describe('a check', () => {
  test('serves what the Secret holds, publishes it, and checks again in time', async () => {
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

  test('deletes the registration during an uninstall, and nothing comes back', async () => {
    await check();
    expect(world.published).not.toBe('');
    done = [];
    world.namespaceUid = undefined;
    expect(await check()).toBe(15_000);
    expect([world.published, done]).toEqual(['', []]);
  });

  test('repairs the registration while the Secret cannot be read, and does not count that as checked', async () => {
    await check();
    world.published = tampered;
    world.advance = fail;
    await expect(tasks.advance(held)).rejects.toThrow('no answer');
    done = [];
    await tasks.repair(held);
    expect(world.published).toBe(first.material.bundle);
    expect(done).toEqual(['registration caBundle']);
  });

  test('repairs the registration although the Service cannot be read, and fails all the same', async () => {
    await tasks.advance(held);
    world.readService = fail;
    await expect(tasks.repair(held)).rejects.toThrow('no answer');
    expect(world.published).toBe(first.material.bundle);
    expect(done).not.toContain('checked');
  });
});

test('a foreign Secret is published beside what is served, then served, then published alone', async () => {
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

test('a bundle that changes with the certificates is published, and is no repair', async () => {
  await check();
  done = [];
  const grown = { ...first.material, bundle: `${first.material.bundle}${second.material.bundle}` };
  world.stored = { ...first, material: grown };
  await check();
  expect(count(world.published)).toBe(2);
  expect(done.filter((one) => one !== 'checked')).toEqual([]);
  world.published = tampered;
  await check();
  expect(done).toContain('registration caBundle');
});

test('a Secret that other writers break again and again is reported, and left alone for a moment', async () => {
  world.step = 'restore';
  for (let round = 0; round < 6; round += 1) await check();
  expect(done.filter((one) => one === 'contested')).toHaveLength(1);
  world.advance = fail;
  expect(await tasks.advance(held)).toBe(250);
  nowMs += 250;
  await expect(tasks.advance(held)).rejects.toThrow('no answer');
});
