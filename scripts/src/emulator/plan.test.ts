import { describe, expect, test } from '@jest/globals';
import { planEmulator } from './plan.ts';

const root = { isRoot: true, missing: [] };
const user = { isRoot: false, missing: [] };

describe('what ./scripts/emulator chooses', () => {
  test('with root the kernel carries traffic, and the VIPs are made local', () => {
    const { options, localRange, advice } = planEmulator([], root);
    expect(options).toMatchObject({ forwarding: 'nftables', vips: '198.51.100.0/24', api: { port: 8080 } });
    expect(options.loadBalancers).toMatchObject([{ id: 'lb-local001', vip: '198.51.100.10' }]);
    expect(localRange).toBe('198.51.100.0/24');
    expect(advice).toEqual([]);
  });

  test('without root the proxy carries what it can, at VIPs that are local everywhere, and says so', () => {
    const { options, localRange, advice } = planEmulator([], user);
    expect(options).toMatchObject({ forwarding: 'proxy', vips: '127.77.0.0/24' });
    expect(options.loadBalancers).toMatchObject([{ vip: '127.77.0.10' }]);
    expect(localRange).toBeUndefined();
    expect(advice.join()).toContain('run it as root');
  });

  test('with root and without its programs it says what to install', () => {
    const { options, advice } = planEmulator([], { isRoot: true, missing: ['conntrack'] });
    expect(options.forwarding).toBe('proxy');
    expect(advice.join()).toContain('apt-get install conntrack');
  });

  test('what the command line says counts', () => {
    const { options, localRange } = planEmulator(
      ['--forwarding', 'none', '--vips', '10.1.0.0/24', '--api-port', '0'],
      root,
    );
    expect(options).toMatchObject({ forwarding: 'none', vips: '10.1.0.0/24', api: { port: 0 } });
    expect(options.loadBalancers).toMatchObject([{ vip: '10.1.0.10' }]);
    expect(localRange).toBeUndefined();
  });
});
