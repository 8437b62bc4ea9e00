import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { describeFlags, FlagsError, parseFlags } from './flags.ts';

const problemsOf = (...args: string[]): readonly string[] => {
  try {
    parseFlags(args);
    return [];
  } catch (error) {
    return error instanceof FlagsError ? error.problems : [String(error)];
  }
};

describe('the command line', () => {
  test('has a default for everything', () => {
    expect(parseFlags([])).toMatchObject({
      api: { host: '127.0.0.1', port: 8080 },
      admin: { host: '127.0.0.1', port: 8081 },
      credentials: { 'local-id': { secretKey: 'local-key' } },
      forwarding: 'none',
      latencies: { task: { p50Ms: 300, p99Ms: 1500 } },
    });
  });

  test('is refused with every problem at once', () => {
    const problems = problemsOf(
      '--api-port',
      '99999',
      '--task-ms',
      'quick',
      '--forwarding',
      'magic',
      '--vips',
      'x',
      '--probe-speed',
      '0',
      '--seed',
      '/nowhere.json',
    );
    expect(new Set(problems)).toEqual(
      new Set([
        '--seed: got "/nowhere.json", expects a readable JSON file with {"loadBalancers":[...]}',
        '--api-port: got "99999", expects a port from 0 to 65535',
        '--forwarding: got "magic", expects nftables, proxy or none',
        '--vips: got "x", expects a range like 198.51.100.0/24',
        '--probe-speed: got "0", expects a number from 0.01',
        '--task-ms: got "quick", expects MEDIAN:P99 like 300:1500',
      ]),
    );
  });

  describe('a file of faults', () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'emulator-flags-'));
    });
    afterAll(() => rmSync(folder, { recursive: true }));
    const file = (content: string) => {
      const path = join(folder, 'faults.json');
      writeFileSync(path, content);
      return path;
    };

    test('is read', () => {
      const faults = { slow: { kind: 'latency', delayMs: 5 }, off: { kind: 'down', afterMs: 100 } };
      expect(parseFlags(['--faults', file(JSON.stringify({ faults }))]).faults).toEqual(faults);
    });

    test('is refused with every problem and its path', () => {
      const path = file('{"faults":{"slow":{"kind":"latency","delayMs":"long"},"quake":{"kind":"earthquake"}}}');
      const [first, second] = problemsOf('--faults', path);
      expect(first).toBe(`--faults: ${path}: faults.slow.delayMs: got "long", expects milliseconds from 1 to 86400000`);
      expect(second).toMatch(/faults\.quake\.kind: got "earthquake", expects one of latency/);
      expect(problemsOf('--faults', file('[]'))[0]).toMatch(/expects a readable JSON file with \{"faults"/);
    });
  });

  test('a CAM policy is read for a secret id or a role, and refused with what is wrong', () => {
    const folder = mkdtempSync(join(tmpdir(), 'emulator-flags-'));
    const path = join(folder, 'policy.json');
    const statement = [{ effect: 'allow', action: 'clb:Describe*', resource: '*' }];
    writeFileSync(path, JSON.stringify({ version: '2.0', statement }));
    const arn = 'qcs::cam::uin/1:roleName/clb';
    const policy = [{ effect: 'allow', actions: ['clb:Describe*'], resources: ['*'] }];
    expect(parseFlags(['--policies', `local-id=${path},${arn}=${path}`]).policies).toEqual({
      'local-id': policy,
      [arn]: policy,
    });
    writeFileSync(path, JSON.stringify({ version: '1.0', statement }));
    const problems = [`a=${path}`, 'a=/nowhere.json', path].flatMap((value) => problemsOf('--policies', value));
    rmSync(folder, { recursive: true });
    expect(problems).toEqual([
      `--policies: got "a=${path}", expects a CAM policy of version 2.0`,
      '--policies: got "a=/nowhere.json", expects readable JSON files',
      `--policies: got "${path}", expects ID=FILE, comma separated`,
    ]);
  });

  test('a file of a saved state is refused with its problems and their paths', () => {
    const folder = mkdtempSync(join(tmpdir(), 'emulator-flags-'));
    const path = join(folder, 'state.json');
    writeFileSync(path, '{"version":1,"savedAtMs":0,"loadBalancers":[{}],"certificates":{}}');
    const problems = problemsOf('--state', path);
    rmSync(folder, { recursive: true });
    expect(problems).toContain(`--state: ${path}: orders: is missing`);
    expect(problems).toContain(`--state: ${path}: loadBalancers.0.vips: is missing`);
    expect(problemsOf('--state', '/nowhere')[0]).toContain('expects a readable JSON file that GET /state/save made');
  });

  test('a flag that does not exist is named', () => {
    expect(problemsOf('--speed', '1').join()).toContain('--speed');
  });

  test('--help describes every flag', () => {
    expect(describeFlags()).toContain('--probe-source');
  });
});
