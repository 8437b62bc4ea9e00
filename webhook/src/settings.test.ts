import { programSettings } from '@clb-direct/shared/runtime/program.ts';
import { describeSettings, readSettings, SettingsError } from '@clb-direct/shared/runtime/settings.ts';
import { expect, test } from '@jest/globals';
import { settingConflicts, webhookSettings } from './settings.ts';

const needed = {
  CLUSTER_ID: 'cls-local001',
  REGION: 'ap-guangzhou',
  VPC_ID: 'vpc-local001',
  POD_NAME: 'webhook-0',
  POD_NAMESPACE: 'clb-direct',
};

function problems(env: Record<string, string>): readonly string[] {
  try {
    return settingConflicts(readSettings({ ...webhookSettings, ...programSettings }, { ...needed, ...env }));
  } catch (error) {
    return error instanceof SettingsError ? error.problems : [String(error)];
  }
}

test('the defaults need only what has no default', () => {
  expect(problems({})).toEqual([]);
});

test('every bad setting is named at once, with what it got and what it expects', () => {
  const bad = {
    OPT_OUT_NAMESPACE_LABEL: 'a b',
    OPT_OUT_ANNOTATION: '/off',
    EXCLUDED_NAMESPACES: 'kube-system,Not_A_Namespace',
    FAILURE_POLICY: 'fail',
    WEBHOOK_HOST: 'localhost',
    WEBHOOK_TIMEOUT_SECONDS: '31',
  };
  const found = problems(bad);
  expect(found.map((problem) => problem.split(':')[0]).sort()).toEqual(Object.keys(bad).sort());
  expect(found).toContain('FAILURE_POLICY: got "fail", expects one of Ignore, Fail, for example Ignore');
});

test('settings that do not go together are named', () => {
  expect(problems({ LEASE_RENEW_DEADLINE_MS: '15000', LEASE_RETRY_MS: '20000', DRAIN_MS: '17500' })).toEqual([
    'LEASE_RENEW_DEADLINE_MS: got 15000, expects less than LEASE_DURATION_MS, which is 15000',
    'LEASE_RETRY_MS: got 20000, expects less than LEASE_RENEW_DEADLINE_MS, which is 15000',
    'DRAIN_MS: got 17500, expects less than half of STOP_DEADLINE_MS, which is 35000',
  ]);
});

test('the help names every setting', () => {
  const help = describeSettings(webhookSettings);
  for (const name of Object.keys(webhookSettings)) expect(help).toContain(name);
});
