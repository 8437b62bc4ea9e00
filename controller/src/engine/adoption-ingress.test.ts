import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { tkeListener } from '../core/model/adoption.ts';
import { guardDomain, guardUrl } from '../core/model/guard.ts';
import type { IngressFacts } from '../core/sources/ingress/ingress-facts.ts';
import { aNode, aPod, aPort, clbId, clusterId } from '../testing/builders.ts';
import { aBackendService, anIngress, aPath } from '../testing/ingress-builders.ts';
import { TkeWorld } from '../testing/tke-world.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';

inVirtualTime();
/** Real time, on a slow machine. */
jest.setTimeout(60_000);

const tags = { 'tke-createdBy-flag': 'yes', 'tke-clusterId': clusterId, 'tke-lb-ingress-uuid': 'uid-site' };
const key = 'shop/site';
const shared = `clb-direct_${clusterId}_shared`;

let world: TkeWorld;
beforeEach(() => {
  world = new TkeWorld(tags);
  world.cluster.putRelated({ kind: 'Service', namespace: 'shop', name: 'web' }, aBackendService());
});
afterEach(async () => passing(world.stop()));

const addPods = (...numbers: number[]) =>
  numbers.forEach((number) => world.cluster.putPod(aPod({ name: `web-${number}`, ip: `10.0.0.${number}` })));
const rule = (locationId: string, domain: string, url = '/') => ({ locationId, domain, url, settings: {} });
type Rules = readonly ReturnType<typeof rule>[];
const addListener = (port: number, rules: Rules, settings: object = {}, protocol = port === 443 ? 'HTTPS' : 'HTTP') =>
  world.clb.addListener(clbId, { id: `lbl-tke-${port}`, name: tkeListener, protocol, port, rules, settings });
const names = () => world.clb.listenersOf(clbId).map(({ id, name }) => `${id} ${name}`);
const urls = (port: number) =>
  world.clb
    .listenersOf(clbId)
    .filter((one) => one.port === port)
    .flatMap(({ rules }) => rules.map(({ domain, url }) => `${domain}${url}`));
const picture = () => world.clb.picture(clbId);
const actions = () => world.clb.writes.map(({ action }) => action);
const condition = () => world.cluster.ingresses.get(key)?.condition;
const messageOf = (reason: string) => world.cluster.announcements.find((one) => one.reason === reason)?.message ?? '';
const isServed = () => condition()?.status === 'True';

function adopting(value = clbId, overrides: Partial<IngressFacts> = {}): IngressFacts {
  const { annotations = {}, ...others } = overrides;
  const asked = { [annotation.managed]: 'true', [annotation.adopt]: value, [ingressAnnotation.tkeMode]: 'skip' };
  const paths = [aPath({ host: 'a.com' }), aPath({ host: 'a.com', path: '/api' })];
  return anIngress({ paths, ...others, annotations: { ...asked, ...annotations } });
}

async function looks(count = 4): Promise<void> {
  let left = count;
  const { before } = world.clb;
  world.clb.before = (action, id) => {
    if (action === 'describeListeners') left -= 1;
    return before(action, id);
  };
  await until(() => left <= 0);
}

function start(overrides: Parameters<TkeWorld['start']>[0] = {}): void {
  world.start({ resyncMs: 20, ...overrides });
}

describe('The CLB of an Ingress', () => {
  beforeEach(() => {
    addListener(80, [rule('loc-root', 'a.com'), rule('loc-api', 'a.com', '/api')]);
    addPods(1, 2);
  });

  test('with pods as targets: nothing but the name of the listener is written, also across a restart', async () => {
    for (const id of ['loc-root', 'loc-api']) world.addDirectTargets(80, [1, 2], id);
    const before = picture();
    world.cluster.ingresses.put(adopting());
    start();
    await until(isServed);
    await passing(world.stop());
    start();
    await looks();
    expect([names(), urls(80), picture()]).toEqual([[`lbl-tke-80 ${shared}`], ['a.com/', 'a.com/api'], before]);
    expect(actions()).toEqual(['modifyListener']);
    expect(world.cluster.ingresses.get(key)).toMatchObject({ hasFinalizer: true, ingress: ['192.0.2.1'] });
  });

  test('with nodes as targets: they go on until the pods are Alive, and no rule is ever without one', async () => {
    for (const id of ['loc-root', 'loc-api']) world.addNodeTargets(80, [1, 2], id);
    world.watchPlaces();
    world.clb.firstHealth = 'Unknown';
    world.cluster.ingresses.put(adopting());
    start();
    await until(() => Object.keys(picture()).length === 8);
    await looks();
    expect(Object.values(picture())).toEqual(Array(8).fill(10));
    world.clb.setHealth('Alive');
    await until(() => Object.keys(picture()).length === 4);
    expect(Object.keys(picture()).every((target) => target.includes('10.0.0.'))).toBe(true);
    expect(world.emptied).toEqual([]);
    await until(isServed);
    const said = ['ListenerAdopted', 'ListenerConflict', 'RuleConflict', 'ForeignTarget', 'ListenerRenamed'];
    expect(said.map((reason) => world.cluster.said(reason) > 0)).toEqual([true, false, false, false, false]);
  });

  test('keeps its nodes where they are its targets, and goes to pods later without a gap', async () => {
    for (const id of ['loc-root', 'loc-api']) world.addNodeTargets(80, [1, 2], id);
    const backend = aBackendService({ type: 'NodePort', ports: [aPort({ nodePort: 30_080 })] });
    world.cluster.putRelated({ kind: 'Service', namespace: 'shop', name: 'web' }, backend);
    const nodes = [aNode(), aNode({ name: 'node-2', ips: ['10.1.0.2'] })];
    world.cluster.putRelated({ kind: 'Nodes', namespace: '', name: '' }, { nodes });
    world.watchPlaces();
    const before = picture();
    world.cluster.ingresses.put(adopting(clbId, { annotations: { [ingressAnnotation.directAccess]: 'false' } }));
    start();
    await until(isServed);
    await looks();
    expect([picture(), actions()]).toEqual([before, ['modifyListener']]);
    world.cluster.ingresses.change(key, { annotations: adopting().annotations });
    await until(() => Object.keys(picture()).every((target) => target.includes('10.0.0.')));
    expect([Object.keys(picture()).length, world.emptied]).toEqual([4, []]);
  });

  test('that TKE uses without having made it is adopted as well: its tag says whose it is', async () => {
    await passing(world.stop());
    world = new TkeWorld({ ...tags, 'tke-createdBy-flag': 'no' });
    world.cluster.putRelated({ kind: 'Service', namespace: 'shop', name: 'web' }, aBackendService());
    addListener(80, [rule('loc-root', 'a.com')]);
    world.addDirectTargets(80, [1], 'loc-root');
    addPods(1);
    const annotations = { [ingressAnnotation.existingLoadBalancer]: clbId };
    world.cluster.ingresses.put(adopting(clbId, { annotations, paths: [aPath({ host: 'a.com' })] }));
    start();
    await until(isServed);
    expect([names(), actions()]).toEqual([[`lbl-tke-80 ${shared}`], ['modifyListener']]);
  });

  describe('that another one joins, which names it', () => {
    const guard = `${guardDomain}${guardUrl}`;
    const annotations = { [annotation.managed]: 'true', [ingressAnnotation.existingLoadBalancer]: clbId };
    const another = anIngress({ name: 'blog', createdAtMs: 1, annotations, paths: [aPath({ host: 'b.com' })] });

    beforeEach(async () => {
      for (const id of ['loc-root', 'loc-api']) world.addDirectTargets(80, [1, 2], id);
      world.cluster.ingresses.put(adopting());
      start();
      await until(isServed);
      world.cluster.ingresses.put(another);
      await until(() => urls(80).includes('b.com/'));
      await looks();
    });

    test('keeps the default domain that TKE left, also while the first one is skipped', async () => {
      expect(urls(80)).toEqual(['a.com/', 'a.com/api', 'b.com/']);
      world.cluster.ingresses.change(key, { annotations: { ...adopting().annotations, [annotation.mode]: 'skip' } });
      await until(() => world.cluster.said('Skipped') > 0);
      await looks();
      expect(urls(80)).not.toContain(guard);
    });

    test('gets a default domain that answers 404 once the first one is as every other', async () => {
      world.cluster.ingresses.change(key, { annotations });
      await until(() => urls(80).includes(guard));
    });
  });

  test('shows the plan in an annotation, and nothing is written on the CLB or recorded', async () => {
    world.addDirectTargets(80, [1, 2], 'loc-root');
    world.addNodeTargets(80, [1], 'loc-api');
    addListener(8080, []);
    world.cluster.ingresses.put(adopting(`plan ${clbId}`));
    start();
    await until(() => condition()?.reason === 'AdoptionPlanned');
    expect(condition()?.message).toContain(
      "HTTP/80 a.com/, HTTP/80 a.com/api: listener lbl-tke-80 gets clb-direct's name; " +
        "of its 3 targets 2 stay and 1 are drained once the Ingress's own 4 are Alive",
    );
    expect(condition()?.message).toContain("lb-one is this Ingress's by the tags of TKE's controller");
    expect(condition()?.message).toContain('lbl-tke-8080 (HTTP/8080)');
    await looks();
    expect([actions(), world.cluster.recordOf(clbId)]).toEqual([[], undefined]);
    expect(world.cluster.ingresses.get(key)?.hasFinalizer).toBe(false);
    world.cluster.ingresses.put(anIngress({ annotations: {}, condition: condition() }));
    await until(() => condition() === undefined);
  });

  test('names what is left and what is made', async () => {
    const paths = [aPath({ host: 'a.com' }), aPath({ host: 'b.com' })];
    world.cluster.ingresses.put(adopting(`plan ${clbId}`, { paths }));
    start();
    await until(() => condition()?.reason === 'AdoptionPlanned');
    expect(condition()?.message).toContain('rules that are made there: HTTP/80 b.com/');
    expect(condition()?.message).toContain(
      'rules left as they are, because the Ingress does not ask for them: loc-api (HTTP/80 a.com/api)',
    );
  });

  test('gets the rules that TKE had none for once it has our name, and keeps those of others', async () => {
    for (const id of ['loc-root', 'loc-api']) world.addDirectTargets(80, [1, 2], id);
    const paths = [aPath({ host: 'a.com' }), aPath({ host: 'b.com' })];
    world.cluster.ingresses.put(adopting(clbId, { paths }));
    start();
    await until(isServed);
    expect(urls(80)).toEqual(['a.com/', 'a.com/api', 'b.com/']);
    expect(picture()).toMatchObject({ '80 a.com/api/10.0.0.1:8080': 10 });
  });

  test('passes to clb-direct while TKE’s controller is told so, else it waits', async () => {
    world.addDirectTargets(80, [1, 2], 'loc-root');
    world.cluster.ingresses.put(adopting(clbId, { annotations: { [ingressAnnotation.tkeMode]: 'run' } }));
    start();
    await until(() => condition()?.reason === 'AdoptionRefused');
    expect(condition()?.message).toContain(`Write annotation ${ingressAnnotation.tkeMode}: "skip"`);
    expect(actions()).toEqual([]);
    world.cluster.ingresses.change(key, { annotations: adopting().annotations });
    await until(isServed);
  });

  test("is told when TKE's controller is let loose on it again", async () => {
    for (const id of ['loc-root', 'loc-api']) world.addDirectTargets(80, [1, 2], id);
    world.cluster.ingresses.put(adopting());
    start();
    await until(isServed);
    const { annotations } = adopting();
    const loose = { [annotation.managed]: 'true', [annotation.adopt]: annotations[annotation.adopt] ?? '' };
    world.cluster.ingresses.change(key, { annotations: loose });
    await until(() => world.cluster.said('AdoptionRefused') > 0);
    expect(messageOf('AdoptionRefused')).toContain(`Write annotation ${ingressAnnotation.tkeMode}: "skip" again`);
    expect(actions()).toEqual(['modifyListener']);
  });

  test('is let go again with its listeners and rules, by mode skip and their old name', async () => {
    for (const id of ['loc-root', 'loc-api']) world.addDirectTargets(80, [1, 2], id);
    const before = picture();
    world.cluster.ingresses.put(adopting());
    start();
    await until(isServed);
    const skipped = { ...adopting().annotations, [annotation.mode]: 'skip' };
    world.cluster.ingresses.change(key, { annotations: skipped });
    await until(() => world.cluster.said('Skipped') > 0);
    world.clb.balancers.get(clbId)?.rename('lbl-tke-80', tkeListener);
    const back = { [annotation.mode]: 'skip', [annotation.managed]: 'false' };
    world.cluster.ingresses.change(key, { annotations: back });
    await until(() => world.cluster.ingresses.get(key)?.hasFinalizer === false);
    await passMs(500);
    expect([names(), picture(), condition()]).toEqual([[`lbl-tke-80 ${tkeListener}`], before, undefined]);
    expect(actions()).toEqual(['modifyListener']);
  });
});

test('An Ingress that is not adopted shows no condition, and one that somebody wrote goes.', async () => {
  addPods(1);
  const annotations = { [annotation.managed]: 'true', [ingressAnnotation.existingLoadBalancer]: clbId };
  const condition = { status: 'True', reason: 'R', message: 'M' } as const;
  world.cluster.ingresses.put(anIngress({ annotations, condition }));
  start();
  await until(() => world.cluster.gateOf('shop/web-1').startsWith('True'));
  await looks();
  expect(world.cluster.conditionWrites).toEqual([{ key, condition: undefined }]);
});

describe('Nothing is adopted', () => {
  const refusals: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['of another cluster', { ...tags, 'tke-clusterId': 'cls-other' }],
    ['of another Ingress', { ...tags, 'tke-lb-ingress-uuid': 'uid-other' }],
    ['without a UID', { 'tke-createdBy-flag': 'yes', 'tke-clusterId': clusterId }],
    ['of two owners', { ...tags, 'tke-lb-serviceuuid': 'uid-web' }],
  ];
  test.each(refusals)('on a CLB %s, and what its tags say stays unsaid', async (_, others) => {
    world = new TkeWorld(others);
    world.cluster.putRelated({ kind: 'Service', namespace: 'shop', name: 'web' }, aBackendService());
    addListener(80, [rule('loc-root', 'a.com')]);
    addPods(1);
    world.cluster.ingresses.put(adopting());
    start();
    await until(() => condition()?.reason === 'AdoptionRefused');
    await looks();
    expect(messageOf('AdoptionRefused')).toContain(`tke-clusterId=${clusterId}, tke-lb-ingress-uuid=uid-site`);
    expect(messageOf('AdoptionRefused')).not.toContain('other');
    expect([names(), actions()]).toEqual([[`lbl-tke-80 ${tkeListener}`], []]);
  });

  const asked: readonly (readonly [string, string, Readonly<Record<string, string>>, string])[] = [
    ['that a group shares', clbId, { [ingressAnnotation.enableGroup]: 'true' }, 'AdoptionRefused'],
    ['beside another that it names', clbId, { [ingressAnnotation.existingLoadBalancer]: 'lb-two' }, 'AdoptionRefused'],
    ['without an id', 'mine', {}, 'LoadBalancerIdMalformed'],
  ];
  test.each(asked)('of a CLB %s, and none is made', async (_, value, annotations, reason) => {
    addListener(80, [rule('loc-root', 'a.com')]);
    addPods(1);
    world.cluster.ingresses.put(adopting(value, { annotations }));
    start();
    await until(() => condition()?.reason === reason);
    expect([[...world.clb.balancers.keys()], actions()]).toEqual([[clbId], []]);
  });

  test('while no pod is ready', async () => {
    addListener(80, [rule('loc-root', 'a.com')]);
    world.addNodeTargets(80, [1], 'loc-root');
    world.cluster.putPod(aPod({ name: 'web-1', ip: '10.0.0.1', containersReady: false }));
    world.cluster.ingresses.put(adopting(clbId, { paths: [aPath({ host: 'a.com' })] }));
    start();
    await until(() => condition()?.reason === 'AdoptionRefused');
    expect(condition()?.message).toContain('a pod of this Ingress is ready');
    expect([names(), actions()]).toEqual([[`lbl-tke-80 ${tkeListener}`], []]);
  });
});

describe('What TKE made of TLS', () => {
  const secretOf = (name: string, certificateId: string) =>
    world.cluster.putRelated(
      { kind: 'Secret', namespace: 'shop', name },
      { certificateId, caCertificateId: undefined },
    );
  const certificatesOf = (...ids: readonly string[]) => ({ mode: 'UNIDIRECTIONAL' as const, ids });
  const auto = { [ingressAnnotation.autoRewrite]: 'true', [ingressAnnotation.rewriteSupport]: 'true' };
  const paths = [aPath({ host: 'a.com' })];
  const tls = [{ hosts: [], secretName: 'cert' }];
  const redirects = () => world.clb.listenersOf(clbId).flatMap((one) => one.redirects ?? []);
  const redirectTo443 = () =>
    world.clb.balancers.get(clbId)?.createRedirect({
      kind: 'create-redirect',
      place: { protocol: 'HTTP', port: 80, domain: 'a.com', url: '/' },
      listenerId: 'lbl-tke-80',
      locationId: 'loc-http',
      to: { listenerId: 'lbl-tke-443', locationId: 'loc-https' },
      code: 301,
      takesUrl: true,
      owners: [],
      reason: 'wanted',
    });

  beforeEach(() => {
    secretOf('cert', 'cert-one');
    addPods(1, 2);
  });

  describe('without SNI', () => {
    beforeEach(() => {
      addListener(443, [rule('loc-https', 'a.com')], { certificates: certificatesOf('cert-one') });
      world.addDirectTargets(443, [1, 2], 'loc-https');
    });

    test('stays the certificate of the listener, and one that comes in its place is so too', async () => {
      world.cluster.ingresses.put(adopting(clbId, { paths, tls }));
      start();
      await until(isServed);
      const settings = () => world.clb.listenersOf(clbId)[0]?.settings;
      expect(settings()).toEqual({ certificates: certificatesOf('cert-one') });
      expect(actions()).toEqual(['modifyListener']);
      secretOf('cert', 'cert-two');
      world.cluster.ingresses.change(key, {});
      await until(() => JSON.stringify(settings()) === JSON.stringify({ certificates: certificatesOf('cert-two') }));
      expect(actions()).toEqual(['modifyListener', 'setCertificates']);
    });

    test('comes to be one of each host when there are several, and the plan warns of that', async () => {
      secretOf('other', 'cert-two');
      const several = [...tls, { hosts: ['b.com'], secretName: 'other' }];
      const both = [...paths, aPath({ host: 'b.com' })];
      world.cluster.ingresses.put(adopting(`plan ${clbId}`, { paths: both, tls: several }));
      start();
      await until(() => condition()?.reason === 'AdoptionPlanned');
      expect(condition()?.message).toContain('SNI is switched on for good');
      world.cluster.ingresses.change(key, { annotations: adopting().annotations });
      await until(isServed);
      expect(world.clb.listenersOf(clbId)[0]).toMatchObject({ settings: { sniSwitch: true } });
    });

    test('stays that of its host when another Ingress joins while the Secret is missing', async () => {
      world.cluster.ingresses.put(adopting(clbId, { paths, tls }));
      start();
      await until(isServed);
      world.cluster.putRelated({ kind: 'Secret', namespace: 'shop', name: 'cert' }, undefined);
      world.cluster.ingresses.change(key, {});
      await until(() => condition()?.status === 'False');
      const shown = (of: string) => {
        const [listener] = world.clb.listenersOf(clbId);
        const own = listener?.rules.find(({ domain }) => domain === of)?.settings.certificates;
        return (listener?.settings.sniSwitch === true ? own : listener?.settings.certificates)?.ids.join();
      };
      const ofFirst = new Set<string | undefined>();
      world.clb.before = () => void ofFirst.add(shown('a.com'));
      secretOf('other', 'cert-two');
      const annotations = { [annotation.managed]: 'true', [ingressAnnotation.existingLoadBalancer]: clbId };
      const others = { paths: [aPath({ host: 'b.com' })], tls: [{ hosts: ['b.com'], secretName: 'other' }] };
      world.cluster.ingresses.put(anIngress({ name: 'blog', createdAtMs: 1, annotations, ...others }));
      await until(() => shown('b.com') === 'cert-two');
      await looks();
      expect(shown('a.com')).toBe('cert-one');
      expect(ofFirst).not.toContain('cert-two');
    });

    test('and its redirect from HTTP goes on as ours, and goes with the Ingress', async () => {
      addListener(80, [rule('loc-http', 'a.com')]);
      redirectTo443();
      world.cluster.ingresses.put(adopting(clbId, { paths, tls, annotations: auto }));
      start();
      await until(isServed);
      await looks();
      expect(actions()).toEqual(['modifyListener', 'modifyListener']);
      expect([redirects().length, world.cluster.said('RedirectByHand')]).toEqual([1, 0]);
      expect(world.cluster.recordOf(clbId)?.owners[0]?.redirects).toMatchObject([{ domain: 'a.com', port: 80 }]);
      world.cluster.ingresses.delete(key);
      await until(() => world.cluster.ingresses.get(key) === undefined);
      expect([names(), world.clb.balancers.has(clbId)]).toEqual([[], true]);
    });

    test('and a redirect that the Ingress does not ask for stays a person’s, and is named in the plan', async () => {
      addListener(80, [rule('loc-http', 'a.com')]);
      redirectTo443();
      const both = { [ingressAnnotation.ruleMixBoth]: 'true' };
      world.cluster.ingresses.put(adopting(`plan ${clbId}`, { paths, tls, annotations: both }));
      start();
      await until(() => condition()?.reason === 'AdoptionPlanned');
      expect(condition()?.message).toContain("redirects left as a person's, because none is asked for: loc-http");
      world.cluster.ingresses.change(key, { annotations: { ...adopting().annotations, ...both } });
      await until(() => names().every((name) => name.endsWith(shared)));
      await looks();
      expect(redirects()).toHaveLength(1);
      expect(actions().filter((action) => action.includes('edirect'))).toEqual([]);
    });
  });

  test('with SNI keeps the certificates of its hosts', async () => {
    const bound = { ...rule('loc-https', 'a.com'), settings: { certificates: certificatesOf('cert-one') } };
    addListener(443, [bound], { sniSwitch: true });
    world.addDirectTargets(443, [1, 2], 'loc-https');
    world.cluster.ingresses.put(adopting(clbId, { paths, tls: [{ hosts: ['a.com'], secretName: 'cert' }] }));
    start();
    await until(isServed);
    expect(actions()).toEqual(['modifyListener']);
  });

  test('waits with its certificate and its targets while the Secret cannot be read', async () => {
    addListener(443, [rule('loc-https', 'a.com')], { certificates: certificatesOf('cert-one') });
    world.addDirectTargets(443, [1, 2], 'loc-https');
    const before = picture();
    world.cluster.putRelated({ kind: 'Secret', namespace: 'shop', name: 'cert' }, undefined);
    world.cluster.ingresses.put(adopting(clbId, { paths, tls }));
    start();
    await until(() => condition()?.status === 'False');
    await looks();
    expect([names(), picture(), actions()]).toEqual([[`lbl-tke-443 ${tkeListener}`], before, []]);
  });
});
