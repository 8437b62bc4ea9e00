import { describe, expect, test } from '@jest/globals';
import type { BalancerRule } from '@clb-direct/shared/domain/balancer-rules.ts';
import {
  everyone,
  aListener,
  anObserved,
  anOwner,
  aPod,
  aPort,
  aTarget,
  claimOf,
  podFacts,
  someFacts,
} from '../../testing/builders.ts';
import type { OwnerView } from '../model/owner-view.ts';
import type { Claim } from './facts.ts';
import { heldPlaces, type HeldPlace } from './held-places.ts';
import { admitClaims } from './place-policy.ts';
import { planChanges } from './plan.ts';

const nowMs = 1_000_000;
const reservationMs = 600_000;

/** A Service of another team; it is older than the Service web of shop. */
const foreign = (name = 'theirs', port = 443) =>
  anOwner({ namespace: 'other', name, createdAtMs: -1, ports: [aPort({ port })] });
const web = (overrides: Parameters<typeof anOwner>[0] = {}) => anOwner({ createdAtMs: 1, ...overrides });

interface Scene {
  readonly owners: readonly OwnerView[];
  readonly standing?: readonly OwnerView[];
  readonly left?: readonly HeldPlace[];
  readonly rules?: readonly BalancerRule[];
}

/** Each of `standing` has the listener of its first port. */
function factsOf({ owners, standing = [], left = [], rules = [] }: Scene) {
  const listeners = standing.map(({ uid, bindings }) => {
    const port = bindings[0]?.place.port ?? 0;
    return aListener({ id: `lbl-${port}`, name: `clb-direct_cls-test_${uid}`, port });
  });
  const observed = anObserved({ listeners });
  const held = heldPlaces(left, observed, standing, { nowMs, keptMs: reservationMs });
  return someFacts({ nowMs, claims: owners.map(claimOf), observed, policy: { rules, reservationMs, held } });
}

const admitted = (scene: Scene) => portsOf(admitClaims(factsOf(scene)).claims);
const messages = (scene: Scene) => admitClaims(factsOf(scene)).denied.map(({ finding }) => finding.message);
const reasons = (scene: Scene) => admitClaims(factsOf(scene)).denied.map(({ finding }) => finding.reason);

function portsOf(claims: readonly Claim[]): readonly string[] {
  return claims.flatMap(({ owner, bindings }) => bindings.map(({ place }) => `${owner.key}:${place.port}`));
}

function leftBy(owner: OwnerView, agoMs = 1_000): HeldPlace {
  return {
    slot: `TCP/${owner.bindings[0]?.place.port ?? 0}`,
    owner,
    sinceMs: owner.createdAtMs,
    leftAtMs: nowMs - agoMs,
  };
}

describe('A CLB that no rule is about', () => {
  test('belongs to the namespace that has a listener there, however old the others are.', () => {
    const scene = { owners: [foreign(), web()], standing: [web()] };
    expect(admitted(scene)).toEqual(['Service/shop/web:80']);
    expect(reasons(scene)).toEqual(['LoadBalancerNotAllowed']);
  });

  test('is open to every owner of that namespace.', () => {
    const api = web({ name: 'api', createdAtMs: 9, ports: [aPort({ port: 81 })] });
    expect(admitted({ owners: [api, web()], standing: [web()] })).toHaveLength(2);
  });

  test('belongs to the namespace of the oldest claim while nothing stands, whatever the order.', () => {
    const owners = [web(), foreign()];
    expect(admitted({ owners })).toEqual(['Service/other/theirs:443']);
    expect(admitted({ owners: owners.toReversed() })).toEqual(['Service/other/theirs:443']);
  });

  test('belongs to the oldest claim also while that one waits for its Secret.', () => {
    const [theirs, own] = [foreign(), web()];
    const incomplete = { severity: 'Warning', reason: 'AnnotationMalformed', message: 'create the Secret' } as const;
    const bindings = theirs.bindings.map((binding) => ({ ...binding, incomplete }));
    expect(reasons({ owners: [own, { ...theirs, bindings }] })).toEqual(['LoadBalancerNotAllowed']);
  });

  test('belongs still to the namespace that was there a while ago.', () => {
    expect(admitted({ owners: [foreign()], left: [leftBy(web())] })).toEqual([]);
    expect(admitted({ owners: [foreign()], left: [leftBy(web(), reservationMs)] })).toHaveLength(1);
  });

  test('belongs to the older of two that have listeners there, and both keep theirs.', () => {
    const more = (owner: OwnerView, port: number) => ({
      ...owner,
      bindings: [...owner.bindings, ...anOwner({ ...owner, ports: [aPort({ port })] }).bindings],
    });
    const owners = [more(web(), 81), more(foreign(), 444)];
    expect(admitted({ owners, standing: owners })).toEqual([
      'Service/shop/web:80',
      'Service/other/theirs:443',
      'Service/other/theirs:444',
    ]);
  });

  test('gives a listener back to the owner that had it, also where another namespace was first.', () => {
    const again = web({ uid: 'uid-again', createdAtMs: 100 });
    const scene = { owners: [again, foreign()], standing: [foreign()], left: [leftBy(web())] };
    expect(admitted(scene)).toHaveLength(2);
  });
});

describe('Owners that have no record yet', () => {
  const verdicts = (facts: ReturnType<typeof factsOf>) => Object.fromEntries(admitClaims(facts).verdicts);

  test('are judged as if they had one, so that only those that are allowed get one, and make nothing yet.', () => {
    const facts = { ...factsOf({ owners: [] }), pending: [foreign(), web()].map(claimOf) };
    expect(verdicts(facts)).toEqual({ 'uid-theirs': 'allowed', 'uid-web': 'denied' });
    expect(planChanges(facts).steps).toEqual([]);
    expect(planChanges(facts).conflicts).toMatchObject([{ binding: { owner: { name: 'web' } } }]);
  });

  test('are allowed with one port of several.', () => {
    const rules = [{ balancers: '*', namespaces: ['shop', 'other'] }];
    const two = foreign('theirs', 80);
    const both = { ...two, bindings: [...two.bindings, ...foreign('theirs', 443).bindings] };
    const facts = { ...factsOf({ owners: [], left: [leftBy(web())], rules }), pending: [claimOf(both)] };
    expect(admitClaims(facts).denied).toHaveLength(1);
    expect(verdicts(facts)).toEqual({ 'uid-theirs': 'allowed' });
  });
});

describe('A rule', () => {
  const rules = [{ balancers: 'lb-o*', namespaces: ['shop-*', 'other'] }];

  test('decides before who was there first.', () => {
    expect(
      admitted({ owners: [foreign(), web({ ports: [aPort(), aPort({ port: 81 })] })], standing: [web()], rules }),
    ).toEqual(['Service/other/theirs:443', 'Service/shop/web:80']);
  });

  test('about other CLBs says nothing.', () => {
    const elsewhere = [{ balancers: 'lb-two', namespaces: ['other'] }];
    expect(admitted({ owners: [foreign(), web()], standing: [web()], rules: elsewhere })).toEqual([
      'Service/shop/web:80',
    ]);
  });

  test('that does not allow a namespace counts also for an owner that had the place before.', () => {
    expect(admitted({ owners: [web()], left: [leftBy(web())], rules })).toEqual([]);
  });
});

describe('A place that its owner has left', () => {
  const rules = [{ balancers: '*', namespaces: ['shop', 'other'] }];
  const left = [leftBy(web())];
  const rival = foreign('rival', 80);

  test('is kept for its namespace: another one waits, and knows for how long.', () => {
    const facts = factsOf({ owners: [rival], left, rules });
    expect(admitClaims(facts)).toMatchObject({ claims: [{ bindings: [] }], dueInMs: reservationMs - 1_000 });
    expect(planChanges(facts).dueInMs).toBe(reservationMs - 1_000);
    expect(reasons({ owners: [rival], left, rules })).toEqual(['ListenerConflict']);
  });

  test('goes to the owner of the same name that is made again, although the other claim is older.', () => {
    const again = web({ uid: 'uid-again' });
    expect(admitted({ owners: [rival, again], left, rules })).toEqual(['Service/shop/web:80']);
  });

  test('goes to that one before others of its namespace, and to them when it does not ask.', () => {
    const [again, sibling] = [web({ uid: 'uid-again' }), web({ name: 'sibling', createdAtMs: 0 })];
    expect(admitted({ owners: [sibling, again], left, rules })).toEqual(['Service/shop/web:80']);
    expect(messages({ owners: [sibling, again], left, rules })[0]).toContain('Service shop/web, which had it before');
    expect(admitted({ owners: [sibling], left, rules })).toEqual(['Service/shop/sibling:80']);
  });

  test('is free when its time is over, and other ports always are.', () => {
    expect(admitted({ owners: [rival], left: [leftBy(web(), reservationMs)], rules })).toHaveLength(1);
    expect(admitted({ owners: [foreign()], left, rules })).toHaveLength(1);
  });

  test('of several the last one counts.', () => {
    const both = [leftBy(foreign('before', 80), 5_000), leftBy(web(), 1_000)];
    expect(admitted({ owners: [rival], left: both, rules })).toEqual([]);
    expect(admitted({ owners: [rival], left: both.toReversed(), rules })).toEqual([]);
  });
});

describe('A message', () => {
  const scenes: readonly Scene[] = [
    { owners: [foreign(), web()], standing: [web()] },
    { owners: [foreign(), web()], standing: [web()], rules: [{ balancers: '*', namespaces: ['shop', 'secret'] }] },
    { owners: [foreign('theirs', 80)], left: [leftBy(web())], rules: [{ balancers: '*', namespaces: ['*'] }] },
  ];

  test('names what the reader must do, and nothing of another namespace.', () => {
    const said = scenes.flatMap(messages);
    expect(said).toHaveLength(3);
    expect(said[0]).toMatch(/^Use another CLB, or ask an administrator to allow namespace other on lb-one /);
    expect(said[1]).toContain('no rule of LOAD_BALANCER_NAMESPACES allows namespace other on it');
    expect(said[2]).toMatch(
      /^Choose another place than TCP\/80 of lb-one, or wait: .* It is kept while .*, and after that for 600 s\.$/,
    );
    for (const message of said) expect(message).not.toMatch(/shop|web|secret/);
  });

  test('is the same for every port of an owner, so that it is told once.', () => {
    const two = anOwner({ namespace: 'other', name: 'theirs', ports: [aPort({ port: 443 }), aPort({ port: 444 })] });
    expect(new Set(messages({ owners: [two, web()], standing: [web()] })).size).toBe(1);
  });
});

test('An owner whose new port is not allowed keeps what serves at its old one.', () => {
  const moved = web({ ports: [aPort({ port: 81 })] });
  const facts = someFacts({
    claims: [claimOf(moved)],
    owners: [moved],
    observed: anObserved({ listeners: [aListener()], targets: [aTarget()] }),
    policy: { rules: [{ balancers: '*', namespaces: ['other'] }], reservationMs, held: [] },
    ...podFacts([aPod()]),
  });
  expect(planChanges(facts)).toMatchObject({ steps: [], withheld: [{ listenerId: 'lbl-1', ip: '10.0.0.1' }] });
});

test('A CLB that is made for its owner is its own.', () => {
  const facts = { ...factsOf({ owners: [web()], rules: [{ balancers: '*', namespaces: ['other'] }] }) };
  const owned = { ...facts, ref: { kind: 'owned', owner: web() } } as const;
  expect(portsOf(admitClaims(owned).claims)).toEqual(['Service/shop/web:80']);
});

test('A claim that is denied waits for no look; one for a port that others hold does.', () => {
  const [a, b] = [anOwner({ createdAtMs: 1 }), anOwner({ namespace: 'other', name: 'grab', createdAtMs: 2 })];
  const scene = { owners: [a, b], standing: [a] };
  expect(planChanges(factsOf(scene)).waitsForPlace).toBe(false);
  expect(planChanges(factsOf({ ...scene, rules: [everyone] })).waitsForPlace).toBe(true);
});
