import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually, makeListeners, startTestEmulator, type TestEmulator } from '../../testing/test-emulator.ts';

const LoadBalancerId = 'lb-local001';

describe('the page for people', () => {
  let emulator: TestEmulator;
  beforeEach(async () => {
    emulator = await startTestEmulator({ healthRules: [{ range: '10.0.0.0/8', health: 'Alive' }] });
  });
  afterEach(() => emulator.close());

  interface Asked {
    method?: string;
    headers?: Record<string, string>;
    form?: Record<string, string>;
  }
  /** fetch would choose Host and Origin itself. */
  async function ask(path: string, { method = 'GET', headers = {}, form }: Asked = {}) {
    const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string; location?: string }>();
    const type = form ? { 'content-type': 'application/x-www-form-urlencoded' } : {};
    const about = { host: '127.0.0.1', port: emulator.adminPort, path, method, headers: { ...type, ...headers } };
    const asked = request(about, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      const { location } = response.headers;
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text, ...(location ? { location } : {}) }));
    });
    asked.on('error', reject).end(form ? new URLSearchParams(form).toString() : undefined);
    return promise;
  }
  const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
    ask(path, { method: 'POST', form, headers });
  const own = () => ({ origin: `http://127.0.0.1:${emulator.adminPort}`, 'sec-fetch-site': 'same-origin' });
  const faults = async () => (await emulator.admin<{ faults: object }>('GET', '/faults')).body.faults;

  test('shows load balancers, listeners, targets with weight and health, tasks and calls', async () => {
    const [ListenerId = ''] = await makeListeners(emulator.sdk, { ports: [80] });
    const Targets = [{ ListenerId, EniIp: '10.0.0.1', Port: 8080, Weight: 37 }];
    await emulator.sdk.BatchRegisterTargets({ LoadBalancerId, Targets });
    const page = await eventually(async () => {
      const { text } = await ask('/');
      return text.includes('>Alive<') && text;
    });
    for (const part of [LoadBalancerId, '198.51.100.10', 'TCP:80', ListenerId, '10.0.0.1:8080', '>37<']) {
      expect(page).toContain(part);
    }
    expect(page).toContain('<b>BatchRegisterTargets</b>');
    expect(page).toContain('>CreateListener</td>');
    expect((await ask('/page/live')).text).toContain('1 of 1 target Alive');
  });

  test('shows rules, and listeners that have none yet', async () => {
    await emulator.sdk.CreateListener({ LoadBalancerId, Ports: [80], Protocol: 'HTTP' });
    const { Listeners } = await eventually(async () => {
      const answer = await emulator.sdk.DescribeListeners({ LoadBalancerId });
      return answer.TotalCount === 1 && answer;
    });
    expect((await ask('/')).text).toContain('<b>HTTP:80</b>');
    const ListenerId = Listeners?.[0]?.ListenerId ?? '';
    await emulator.sdk.CreateRule({ LoadBalancerId, ListenerId, Rules: [{ Domain: 'a.example', Url: '/api' }] });
    await eventually(async () => (await ask('/')).text.includes('a.example/api'));
  });

  test('names that callers chose are text and nothing else', async () => {
    const LoadBalancerName = `<img src=x onerror="alert(1)">'&`;
    await emulator.sdk.CreateLoadBalancer({ LoadBalancerType: 'OPEN', LoadBalancerName });
    const { text } = await ask('/');
    expect(text).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&#39;&amp;');
    expect(text).not.toContain('<img');
    const { headers } = await fetch(`http://127.0.0.1:${emulator.adminPort}/`);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'self'; script-src 'self';/);
  });

  test('a fault is set by its form, shown, and removed', async () => {
    const form = { kind: 'latency', name: 'slow', delayMs: '5', probability: '0.5', action: '', when: 'after' };
    expect(await post('/page/faults', form, own())).toMatchObject({ status: 303, location: '/' });
    const fault = { kind: 'latency', delayMs: 5, probability: 0.5, when: 'after' };
    expect(await faults()).toEqual({ slow: { fault, hits: 0, isActive: true } });
    expect((await ask('/page/live')).text).toContain('delayMs: 5, probability: 0.5, when: after');
    expect(await post('/page/faults/remove', { name: 'slow' }, own())).toMatchObject({ status: 303 });
    expect(await faults()).toEqual({});
  });

  test('a form with a wrong field is answered with what is expected, and sets nothing', async () => {
    const { status, text } = await post('/page/faults', { kind: 'latency', name: 'slow', delayMs: 'long' }, own());
    expect(status).toBe(400);
    expect(text).toContain('delayMs: got &quot;long&quot;, expects milliseconds from 1 to 86400000');
    expect(await faults()).toEqual({});
  });

  test.each<[string, Record<string, string>]>([
    ['of another site', { origin: 'http://evil.example' }],
    ['of another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['of a sandbox', { origin: 'null' }],
    ['that says it comes from elsewhere', { 'sec-fetch-site': 'cross-site' }],
    ['under a name that any DNS zone can point here', { host: 'evil.example', origin: 'http://evil.example' }],
  ])('a form %s is refused', async (_name, headers) => {
    const form = { kind: 'down', name: 'all' };
    expect(await post('/page/faults', form, headers)).toMatchObject({ status: 403 });
    expect(await faults()).toEqual({});
  });

  test('a form of the same host by another scheme is refused', async () => {
    const origin = `https://127.0.0.1:${emulator.adminPort}`;
    expect(await post('/page/faults', { kind: 'down', name: 'all' }, { origin })).toMatchObject({ status: 403 });
  });

  test('an unknown host name is refused; localhost and the names of --admin-names are answered', async () => {
    expect(await ask('/state', { headers: { host: 'evil.example' } })).toMatchObject({
      status: 403,
      text: expect.stringContaining('--admin-names evil.example'),
    });
    expect(await ask('/state', { headers: { host: 'localhost:1' } })).toMatchObject({ status: 200 });
    const named = await startTestEmulator({ adminNames: ['clb.test'] });
    const response = await new Promise<number | undefined>((resolve, reject) => {
      const about = { host: '127.0.0.1', port: named.adminPort, headers: { host: 'clb.test' } };
      request(about, ({ statusCode }) => resolve(statusCode))
        .on('error', reject)
        .end();
    });
    await named.close();
    expect(response).toBe(200);
  });
});
