import { describe, expect, test } from '@jest/globals';
import {
  aBinding,
  aListener,
  anObserved,
  anOwner,
  aPort,
  aPod,
  aTarget,
  clbId,
  clusterId,
  podFacts,
  someFacts,
  webOwner,
  type ObservedParts,
} from '../../testing/builders.ts';
import { existing, type BalancerRef } from '../model/balancer-ref.ts';
import type { PodBinding } from '../model/binding.ts';
import type { OwnerView } from '../model/owner-view.ts';
import type { RulePlace } from '../model/place.ts';
import type { PodView } from '../model/pod-view.ts';
import { describeStep } from '../model/step.ts';
import { targetKey } from '../model/target.ts';
import type { Facts, Release } from './facts.ts';
import { listenerName, sharedGroup } from './listener-name.ts';
import { planChanges } from './plan.ts';

/** An owner with bindings of its own, as an Ingress has them. */
function anIngress(name: string, createdAtMs: number, claims: readonly Partial<PodBinding>[]): OwnerView {
  const owner = { kind: 'Ingress', namespace: 'shop', name, uid: `uid-${name}` } as const;
  const bindings = claims.map((claim) => aBinding({ owner, ...claim }));
  return { ...anOwner(), ...owner, key: `Ingress/shop/${name}`, createdAtMs, bindings };
}

const rule = (url: string, domain = 'a.example'): RulePlace => ({ protocol: 'HTTP', port: 80, domain, url });
const sharedListener = (...urls: string[]) =>
  aListener({
    name: listenerName(clusterId, sharedGroup),
    protocol: 'HTTP',
    rules: urls.map((url) => ({ locationId: `loc${url}`, domain: 'a.example', url, settings: {} })),
  });
const recorded = (uid: string, ...urls: string[]) => urls.map((url) => ({ place: rule(url), ownerUids: [uid] }));

interface Scene extends ObservedParts {
  readonly owners?: readonly OwnerView[];
  readonly pods?: readonly PodView[];
  readonly releases?: ReadonlyMap<string, Release>;
  readonly facts?: Partial<Facts>;
}

function plan({ owners = [], pods = [], releases = new Map<string, Release>(), facts = {}, ...parts }: Scene) {
  const claims = owners.map((owner) => ({ owner, bindings: owner.bindings }));
  return planChanges(someFacts({ claims, releases, observed: anObserved(parts), ...podFacts(pods), ...facts }));
}

const stepsOf = (scene: Scene) => plan(scene).steps.map(describeStep);
const conflictsOf = (scene: Scene) =>
  plan(scene).conflicts.map(({ binding, finding }) => `${binding.owner.name} ${finding.reason}: ${finding.message}`);

describe('a rule with targets', () => {
  const shop = anIngress('shop', 1, [{ place: rule('/') }]);
  const standing = { listeners: [sharedListener('/')], recordedRules: recorded('uid-shop', '/') };

  test('comes after its listener, and its targets after it', () => {
    const pods = [aPod()];
    expect(stepsOf({ owners: [shop], pods })).toEqual(['create-listener at HTTP/80 (wanted)']);
    expect(stepsOf({ owners: [shop], pods, listeners: [sharedListener()] })).toEqual([
      'create-rule at HTTP/80 a.example/ (wanted)',
    ]);
    expect(stepsOf({ owners: [shop], pods, ...standing })).toEqual([
      'register 10.0.0.1:8080 weight 10 at HTTP/80 a.example/ (backend-ready)',
    ]);
  });

  test('is addressed by its LocationId', () => {
    const [step] = plan({ owners: [shop], pods: [aPod()], ...standing }).steps;
    expect(step).toMatchObject({ kind: 'register', target: { listenerId: 'lbl-1', locationId: 'loc/' } });
  });

  test('keeps the same targets as a listener would', () => {
    const targets = [
      aTarget({ locationId: 'loc/' }),
      aTarget({ locationId: 'loc/', ip: '10.0.0.2', tag: 'uid-web-2' }),
    ];
    const pods = [aPod({ ending: true }), aPod({ name: 'web-2', ip: '10.0.0.2' })];
    expect(stepsOf({ owners: [shop], pods, targets, ...standing })).toEqual([
      'set-weight 10.0.0.1:8080 weight 0 at HTTP/80 a.example/ (backend-ending)',
    ]);
  });

  test('whose owner ends is deleted alone, and the last one with its listener', () => {
    const other = anIngress('other', 2, [{ place: rule('/api') }]);
    const both = {
      listeners: [sharedListener('/', '/api')],
      recordedRules: [...recorded('uid-shop', '/'), ...recorded('uid-other', '/api')],
      releases: new Map<string, Release>([['uid-shop', 'now']]),
    };
    expect(stepsOf({ owners: [other], ...both })).toEqual(['delete-rule at HTTP/80 a.example/ (owner-gone)']);
    expect(stepsOf({ ...standing, releases: both.releases })).toEqual(['delete-listener at HTTP/80 (owner-gone)']);
  });

  test('that a person made on our listener is never touched, and keeps the listener', () => {
    const releases = new Map<string, Release>([['uid-shop', 'now']]);
    const listeners = [sharedListener('/', '/mine')];
    expect(stepsOf({ listeners, recordedRules: recorded('uid-shop', '/'), releases })).toEqual([
      'delete-rule at HTTP/80 a.example/ (owner-gone)',
    ]);
    const wants = anIngress('wants', 1, [{ place: rule('/mine') }]);
    const scene = { owners: [wants], listeners, recordedRules: [] };
    expect(stepsOf(scene)).toEqual([]);
    expect(conflictsOf(scene)[0]).toContain('belongs to rule loc/mine that clb-direct did not make');
  });
});

describe('two owners on one listener', () => {
  const shop = anIngress('shop', 1, [{ place: rule('/') }]);
  const api = anIngress('api', 2, [{ place: rule('/api') }]);

  test('share it, each with rules of its own', () => {
    const [step] = plan({ owners: [api, shop] }).steps;
    expect(step).toMatchObject({ kind: 'create-listener', owners: ['uid-shop', 'uid-api'] });
    expect(plan({ owners: [api, shop] }).steps).toHaveLength(1);
    const made = { listeners: [sharedListener('/')], recordedRules: recorded('uid-shop', '/') };
    expect(plan({ owners: [shop, api], ...made }).steps).toMatchObject([
      { kind: 'create-rule', listenerId: 'lbl-1', place: { url: '/api' }, owners: ['uid-api'] },
    ]);
  });

  test('that want the same rule: whoever has it keeps it, else the older one gets it', () => {
    const younger = anIngress('younger', 3, [{ place: rule('/') }]);
    const free = { owners: [younger, shop], listeners: [sharedListener()] };
    expect(plan(free).steps).toMatchObject([{ kind: 'create-rule', owners: ['uid-shop'] }]);
    expect(conflictsOf(free)).toEqual([
      'younger RuleConflict: Rule HTTP/80 a.example/ of lb-one belongs to Ingress shop/shop, which is older; ' +
        'nothing was changed there. Choose another host or path.',
    ]);
    const kept = { ...free, listeners: [sharedListener('/')], recordedRules: recorded('uid-younger', '/') };
    expect(stepsOf(kept)).toEqual([]);
    expect(conflictsOf(kept)[0]).toMatch(/^shop RuleConflict/);
  });

  test('do not name each other across namespaces', () => {
    const younger = { ...anIngress('younger', 3, [{ place: rule('/') }]), namespace: 'elsewhere' };
    const facts = { policy: { ...someFacts({}).policy, sharesHosts: true } };
    const [message] = conflictsOf({ owners: [younger, shop], listeners: [sharedListener()], facts });
    expect(message).toContain('belongs to an Ingress of another namespace, which is older; nothing was changed there');
    expect(message).not.toContain('shop');
  });

  test('have no host in common across namespaces, unless an administrator lets them', () => {
    const younger = { ...anIngress('younger', 3, [{ place: rule('/other') }]), namespace: 'elsewhere' };
    const listeners = [sharedListener('/')];
    const scene = { owners: [younger, shop], listeners, recordedRules: recorded('uid-shop', '/') };
    expect(stepsOf(scene)).toEqual([]);
    expect(conflictsOf(scene)).toEqual([expect.stringMatching(/^younger RuleConflict: .*SHARED_HOSTS.* a\.example/)]);
    const facts = { policy: { ...someFacts({}).policy, sharesHosts: true } };
    expect(stepsOf({ ...scene, facts })).toEqual(['create-rule at HTTP/80 a.example/other (wanted)']);
  });

  test('of which one wants a plain TCP listener: the older one gets the port', () => {
    const service = { ...anOwner(), createdAtMs: 3 };
    const scene = { owners: [service, shop] };
    expect(stepsOf(scene)).toEqual(['create-listener at HTTP/80 (wanted)']);
    expect(conflictsOf(scene)[0]).toContain('Port TCP/80 of lb-one is held by Ingress shop/shop');
  });
});

describe('a changed setting', () => {
  const withSettings = (listenerSettings: PodBinding['listenerSettings']): OwnerView => ({
    ...anOwner(),
    bindings: [aBinding({ listenerSettings })],
  });
  const listeners = [
    aListener({ settings: { scheduler: 'WRR', sessionExpireTime: 0, healthCheck: { IntervalTime: 5, TimeOut: 2 } } }),
  ];

  test('is changed in place, and nothing else with it', () => {
    const owners = [withSettings({ scheduler: 'LEAST_CONN', sessionExpireTime: 0, healthCheck: { IntervalTime: 10 } })];
    expect(plan({ owners, listeners }).steps).toEqual([
      {
        kind: 'modify-listener',
        listenerId: 'lbl-1',
        place: { protocol: 'TCP', port: 80 },
        owners: ['uid-web'],
        settings: { scheduler: 'LEAST_CONN', healthCheck: { IntervalTime: 10 } },
        reason: 'settings-changed',
      },
    ]);
  });

  test('that is left out is not compared', () => {
    expect(stepsOf({ owners: [withSettings({})], listeners })).toEqual([]);
    expect(stepsOf({ owners: [withSettings({ healthCheck: { TimeOut: 2 } })], listeners })).toEqual([]);
  });

  test('of certificates is a step of its own', () => {
    const certificates = { mode: 'UNIDIRECTIONAL', ids: ['new'] } as const;
    const place = { ...rule('/'), protocol: 'HTTPS', port: 443 } as const;
    const shop = anIngress('shop', 1, [{ place, ruleSettings: { certificates, scheduler: 'WRR' } }]);
    const settings = { certificates: { mode: 'UNIDIRECTIONAL', ids: ['old'] }, scheduler: 'WRR' } as const;
    const listener = aListener({
      name: listenerName(clusterId, sharedGroup),
      protocol: 'HTTPS',
      port: 443,
      rules: [{ locationId: 'loc-1', domain: 'a.example', url: '/', settings }],
    });
    const scene = { owners: [shop], listeners: [listener], recordedRules: [{ place, ownerUids: ['uid-shop'] }] };
    expect(plan(scene).steps).toMatchObject([{ kind: 'set-certificates', listenerId: 'lbl-1', certificates, place }]);
  });

  describe('of a domain', () => {
    const certificates = (id: string) => ({ mode: 'UNIDIRECTIONAL', ids: [id] }) as const;
    const at = (url: string) => ({ ...rule(url), protocol: 'HTTPS', port: 443 }) as const;

    test('is one step for all its rules, and of several owners the oldest decides', () => {
      const asks = (url: string, id: string) => {
        const ruleSettings = { certificates: certificates(id), isDefault: true, scheduler: 'WRR' } as const;
        return { place: at(url), ruleSettings };
      };
      const owners = [anIngress('young', 2, [asks('/', 'b')]), anIngress('old', 1, [asks('/x', 'a'), asks('/y', 'a')])];
      const urls = ['/', '/x', '/y'];
      const standing = urls.map((url) => {
        return { locationId: `loc${url}`, domain: 'a.example', url, settings: { scheduler: 'X' } };
      });
      const name = listenerName(clusterId, sharedGroup);
      const listeners = [aListener({ name, protocol: 'HTTPS', port: 443, rules: standing })];
      const recordedRules = urls.map((url) => {
        return { place: at(url), ownerUids: [url === '/' ? 'uid-young' : 'uid-old'] };
      });
      const { steps } = plan({ owners, listeners, recordedRules });
      const domainSteps = steps.filter((step) => step.kind === 'set-certificates' || 'isDefault' in settingsIn(step));
      expect(domainSteps).toMatchObject([
        { kind: 'modify-rule', settings: { isDefault: true } },
        { kind: 'set-certificates', certificates: certificates('a') },
      ]);
      expect(steps.filter(({ kind }) => kind === 'modify-rule')).toHaveLength(4);
    });
  });
});

describe('an owner whose CLB is not made yet', () => {
  const ref: BalancerRef = { kind: 'owned', owner: webOwner };
  const owner: OwnerView = { ...anOwner(), bindings: [aBinding({ balancer: ref })] };

  test('gets nothing before it is there', () => {
    expect(plan({ owners: [owner], pods: [aPod()], facts: { ref, observed: undefined } }).steps).toEqual([]);
  });

  test('shares it with nobody', () => {
    const other = anOwner({ name: 'api', ports: [aPort({ port: 81 })] });
    const { steps, conflicts } = plan({ owners: [owner, other], facts: { ref, observed: anObserved() } });
    expect(steps).toMatchObject([{ kind: 'create-listener', owners: ['uid-web'] }]);
    expect(conflicts).toMatchObject([{ finding: { reason: 'LoadBalancerNotAllowed' } }]);
  });

  test('has its settings changed in place, those of an existing CLB never', () => {
    const balancerSettings = { name: 'shop-web', deleteProtect: true };
    const bindings = [aBinding({ balancer: ref, balancerSettings })];
    const observed = {
      ...anObserved({ listeners: [aListener()] }),
      settings: { name: 'shop-web', deleteProtect: false },
    };
    const owners = [{ ...owner, bindings }];
    expect(plan({ owners, facts: { ref, observed } }).steps).toEqual([
      {
        kind: 'modify-load-balancer',
        settings: { deleteProtect: true },
        owners: ['uid-web'],
        reason: 'settings-changed',
      },
    ]);
    expect(stepsOf({ owners, facts: { observed } })).toEqual([]);
  });

  test('gets its listener when it stands', () => {
    expect(stepsOf({ owners: [owner], pods: [aPod()], facts: { ref } })).toEqual([
      'create-listener at TCP/80 (wanted)',
    ]);
  });

  test('is none of those whose CLB exists and is not found', () => {
    const steps = stepsOf({ owners: [anOwner()], facts: { ref: existing(clbId), observed: undefined } });
    expect(steps).toEqual([]);
  });
});

test('A listener passes to another owner by its name', () => {
  const observed = anObserved({ listeners: [aListener()] });
  const listeners = observed.listeners.map((listener) => ({ ...listener, ownerUids: ['uid-next'] }));
  const next = { ...anOwner({ name: 'next' }), uid: 'uid-next' };
  const bindings = next.bindings.map((binding) => ({ ...binding, owner: { ...binding.owner, uid: 'uid-next' } }));
  const steps = planChanges(
    someFacts({ claims: [{ owner: { ...next, bindings }, bindings }], observed: { ...observed, listeners } }),
  ).steps;
  expect(steps).toMatchObject([
    {
      kind: 'modify-listener',
      name: listenerName(clusterId, 'uid-next'),
      reason: 'owner-changed',
      owners: ['uid-next'],
    },
  ]);
});

test('The same plan names each target once, rules and listeners apart', () => {
  const shop = anIngress('shop', 1, [{ place: rule('/') }, { place: rule('/api') }]);
  const scene = {
    owners: [shop],
    pods: [aPod()],
    listeners: [sharedListener('/', '/api')],
    recordedRules: recorded('uid-shop', '/', '/api'),
  };
  const keys = plan(scene).steps.flatMap((step) => ('target' in step ? [targetKey(step.target)] : []));
  expect(keys).toEqual(['lbl-1 loc//10.0.0.1:8080', 'lbl-1 loc/api/10.0.0.1:8080']);
});

function settingsIn(step: object): object {
  return 'settings' in step && typeof step.settings === 'object' ? (step.settings ?? {}) : {};
}
