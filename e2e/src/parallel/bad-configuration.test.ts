import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const root = resolve(import.meta.dirname, '../../..');

function start(program: string, args: readonly string[], env: Readonly<Record<string, string>>) {
  const main = resolve(root, program, 'src/main.ts');
  return spawnSync(process.execPath, [main, ...args], { env, encoding: 'utf8', timeout: 30_000 });
}

test.each(['controller', 'webhook'])('The %s refuses bad settings with every problem at once.', (program) => {
  const env = { REGION: 'Mars', CLUSTER_ID: 'cls-a1b2c3d4', OPS_PORT: 'ninety', POD_NAMESPACE: 'x' };
  const { status, stderr } = start(program, [], env);

  expect(status).toBe(2);
  expect(stderr).toMatch(/REGION.*"Mars".*ap-guangzhou/);
  expect(stderr).toMatch(/OPS_PORT.*"ninety".*1 to 65535/);
  expect(stderr).toMatch(/VPC_ID.*not set/);
  expect(stderr).not.toContain('CLUSTER_ID');
});

test.each(['controller', 'webhook'])('--help of the %s lists all settings and exits with 0.', (program) => {
  const { status, stdout } = start(program, ['--help'], {});

  expect(status).toBe(0);
  for (const name of ['REGION', 'CLUSTER_ID', 'GATE_TYPE', 'ENI_DEFAULT', 'LEASE_DURATION_MS', 'OPS_PORT']) {
    expect(stdout).toContain(name);
  }
});
