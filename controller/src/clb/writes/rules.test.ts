import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createRule, deleteRule, modifyRule, setCertificates, aRulePlace } from '../../testing/steps.ts';
import { startClbWorld, taskDone, type ClbWorld } from '../testing/clb-world.ts';

const { signal } = new AbortController();
let world: ClbWorld;

beforeEach(async () => {
  world = await startClbWorld();
  for (const action of ['ModifyRule', 'DeleteRule', 'ModifyDomainAttributes', 'ModifyListener']) {
    world.cloud.replies(action, { response: {} });
  }
  world.cloud.replies('CreateRule', { response: { LocationIds: [] } });
  world.cloud.replies('DescribeTaskStatus', taskDone);
});
afterEach(() => world.cloud.close());

const ids = { LoadBalancerId: 'lb-1', ListenerId: 'lbl-1' };
const anA = { listenerId: 'lbl-1', place: aRulePlace('example.com', '/a') };
const aB = { listenerId: 'lbl-1', place: aRulePlace('example.com', '=/b') };
const elsewhere = { listenerId: 'lbl-2', place: aRulePlace('example.org', '/') };

describe('rules', () => {
  test('are created in one call for each listener, each with its settings', async () => {
    const certificates = { mode: 'MUTUAL', ids: ['cert-1'], caId: 'ca-1' } as const;
    const settings = {
      healthCheck: { HttpCheckPath: '/healthz', HttpCode: 2 },
      scheduler: 'IP_HASH',
      sessionExpireTime: 0,
      forwardType: 'HTTPS',
      certificates,
    };
    const steps = [createRule(anA), createRule(elsewhere), createRule({ ...aB, settings })];
    expect(await world.clb.createRules('lb-1', steps, signal)).toEqual([]);
    expect(world.cloud.bodiesOf('CreateRule')).toEqual([
      {
        ...ids,
        Rules: [
          { Domain: 'example.com', Url: '/a' },
          {
            Domain: 'example.com',
            Url: '=/b',
            HealthCheck: { HttpCheckPath: '/healthz', HttpCode: 2 },
            Scheduler: 'IP_HASH',
            SessionExpireTime: 0,
            ForwardType: 'HTTPS',
            Certificate: { SSLMode: 'MUTUAL', CertId: 'cert-1', CertCaId: 'ca-1' },
          },
        ],
      },
      { ...ids, ListenerId: 'lbl-2', Rules: [{ Domain: 'example.org', Url: '/' }] },
    ]);
    expect(world.cloud.bodiesOf('DescribeTaskStatus')).toHaveLength(2);
  });

  test('a rule for requests by address names no domain', async () => {
    await world.clb.createRules('lb-1', [createRule({ ...anA, place: aRulePlace('', '/') })], signal);
    expect(world.cloud.bodiesOf('CreateRule')).toEqual([{ ...ids, Rules: [{ Url: '/' }] }]);
  });

  test('that are refused come back, and those of other calls are made', async () => {
    world.cloud.replies('CreateRule', { error: 'LimitExceeded', message: 'full' }, { response: { LocationIds: [] } });
    const steps = [createRule(anA), createRule(aB), createRule(elsewhere)];
    const refusals = await world.clb.createRules('lb-1', steps, signal);
    expect(refusals).toMatchObject([{ steps: steps.slice(0, 2), error: { kind: 'quota', action: 'CreateRule' } }]);
    expect(refusals[0]?.error.message).toContain(
      'Could not create rules for HTTPS 443 example.com/a, HTTPS 443 example.com=/b on lb-1: ' +
        'Tencent Cloud answered "full"',
    );
    expect(world.cloud.bodiesOf('CreateRule').map(({ ListenerId }) => ListenerId)).toEqual(['lbl-1', 'lbl-2']);
  });

  test('of a CLB that is gone are not created at all', async () => {
    world.cloud.replies('CreateRule', { error: 'InvalidParameter.LBIdNotFound', message: 'no' });
    const created = world.clb.createRules('lb-1', [createRule(anA), createRule(elsewhere)], signal);
    await expect(created).rejects.toMatchObject({ kind: 'gone' });
    expect(world.cloud.bodiesOf('CreateRule')).toHaveLength(1);
  });

  test('are changed in what the step names, and in nothing else', async () => {
    const settings = { healthCheck: { HttpCheckPath: '/ok' }, scheduler: 'WRR', sessionExpireTime: 30 };
    await world.clb.modifyRule('lb-1', modifyRule({ ...anA, settings }, 'loc-1'), signal);
    expect(world.cloud.bodiesOf('ModifyRule')).toEqual([
      {
        ...ids,
        LocationId: 'loc-1',
        HealthCheck: { HttpCheckPath: '/ok' },
        Scheduler: 'WRR',
        SessionExpireTime: 30,
      },
    ]);
    expect(world.cloud.bodiesOf('DescribeTaskStatus')).toHaveLength(1);
  });

  test('are deleted by their ids alone, in one call for each listener', async () => {
    const steps = [deleteRule(anA, 'loc-1'), deleteRule(elsewhere, 'loc-9'), deleteRule(aB, 'loc-2')];
    await world.clb.deleteRules('lb-1', steps, signal);
    expect(world.cloud.bodiesOf('DeleteRule')).toEqual([
      { ...ids, LocationIds: ['loc-1', 'loc-2'] },
      { ...ids, ListenerId: 'lbl-2', LocationIds: ['loc-9'] },
    ]);
  });

  test('that are many are created and deleted 50 at a time', async () => {
    const many = Array.from({ length: 51 }, (_, index) => ({ ...anA, place: aRulePlace('example.com', `/${index}`) }));
    await world.clb.createRules('lb-1', many.map(createRule), signal);
    const sizes = world.cloud.bodiesOf('CreateRule').map(({ Rules }) => (Rules as unknown[]).length);
    expect(sizes).toEqual([50, 1]);
    const steps = many.map((one, index) => deleteRule(one, `loc-${index}`));
    await world.clb.deleteRules('lb-1', steps, signal);
    const deleted = world.cloud.bodiesOf('DeleteRule').map(({ LocationIds }) => LocationIds as string[]);
    expect(deleted.map(({ length }) => length)).toEqual([50, 1]);
    expect(deleted.flat()).toEqual(steps.map(({ locationId }) => locationId));
  });
});

test('HTTP/2 is asked for with a rule, and changed at its domain.', async () => {
  await world.clb.createRules('lb-1', [createRule({ ...anA, settings: { http2: true } })], signal);
  expect(world.cloud.bodiesOf('CreateRule')).toEqual([
    { ...ids, Rules: [{ Domain: 'example.com', Url: '/a', Http2: true }] },
  ]);
  await world.clb.modifyRule('lb-1', { ...modifyRule(anA, 'loc-1'), settings: { http2: false } }, signal);
  expect(world.cloud.bodiesOf('ModifyDomainAttributes')).toEqual([{ ...ids, Domain: 'example.com', Http2: false }]);
});

describe('the default domain', () => {
  const settings = { isDefault: true } as const;

  test('is asked for with its rule', async () => {
    await world.clb.createRules('lb-1', [createRule({ ...anA, settings })], signal);
    expect(world.cloud.bodiesOf('CreateRule')).toMatchObject([{ Rules: [{ DefaultServer: true }] }]);
  });

  test('becomes another one by its name, or by the address of the CLB', async () => {
    const byAddress = { ...anA, place: aRulePlace('', '/'), settings };
    await world.clb.modifyRule('lb-1', modifyRule({ ...anA, settings }, 'loc-1'), signal);
    await world.clb.modifyRule('lb-1', { ...modifyRule(byAddress, 'loc-2'), address: '192.0.2.1' }, signal);
    expect(world.cloud.bodiesOf('ModifyDomainAttributes')).toEqual([
      { ...ids, Domain: 'example.com', DefaultServer: true },
      { ...ids, Domain: '192.0.2.1', DefaultServer: true },
    ]);
    expect(world.cloud.bodiesOf('ModifyRule')).toEqual([]);
  });
});

describe('certificates', () => {
  const single = { mode: 'UNIDIRECTIONAL', ids: ['cert-1'] } as const;

  test('of a rule are those of its domain', async () => {
    await world.clb.setCertificates('lb-1', setCertificates(anA, single), signal);
    expect(world.cloud.bodiesOf('ModifyDomainAttributes')).toEqual([
      { ...ids, Domain: 'example.com', Certificate: { SSLMode: 'UNIDIRECTIONAL', CertId: 'cert-1' } },
    ]);
    expect(world.cloud.bodiesOf('DescribeTaskStatus')).toHaveLength(1);
  });

  test('of a listener are set there; several, and the CA of the clients with them, go as one list', async () => {
    const both = { mode: 'MUTUAL', ids: ['cert-1', 'cert-2'], caId: 'ca-1' } as const;
    const place = { protocol: 'TCP_SSL', port: 443 } as const;
    await world.clb.setCertificates('lb-1', setCertificates({ listenerId: 'lbl-1', place }, both), signal);
    const CertList = [{ CertId: 'cert-1' }, { CertId: 'cert-2' }, { CertId: 'ca-1' }];
    expect(world.cloud.bodiesOf('ModifyListener')).toEqual([
      { ...ids, MultiCertInfo: { SSLMode: 'MUTUAL', CertList } },
    ]);
  });

  test('that are refused say of what', async () => {
    world.cloud.replies('ModifyDomainAttributes', { error: 'InvalidParameterValue', message: 'no' });
    await expect(world.clb.setCertificates('lb-1', setCertificates(anA, single), signal)).rejects.toThrow(
      'Could not set the certificates of example.com at HTTPS 443 on lb-1: Tencent Cloud answered "no"',
    );
  });
});
