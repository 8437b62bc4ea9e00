import { expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { webhookHostNames } from '@clb-direct/certs/host-names.ts';
import { readSettings } from '@clb-direct/shared/runtime/settings.ts';
import { programSettings } from '@clb-direct/shared/runtime/program.ts';
import { webhookSettings } from '@clb-direct/webhook/settings.ts';
import { parseDuration } from '@clb-direct/commands/rotate-certs/duration.ts';
import { readEnvFile, readObjects, type KubeObject } from './read-manifests.ts';

interface Certificate extends KubeObject {
  readonly spec: {
    readonly secretName: string;
    readonly dnsNames?: readonly string[];
    readonly isCA?: boolean;
    readonly duration: string;
    readonly renewBefore: string;
    readonly privateKey: unknown;
    readonly usages: readonly string[];
    readonly issuerRef: { readonly kind: string; readonly name: string };
  };
}

const objects = [...readObjects('cert-manager/issuer.yaml'), ...readObjects('cert-manager/certificate.yaml')];
const certificates = objects.filter((object): object is Certificate => object.kind === 'Certificate');
const namespace = 'clb-direct';

function certificate(name: string): Certificate {
  const found = certificates.find(({ metadata }) => metadata.name === name);
  if (found === undefined) throw new Error(`there is no Certificate ${name}`);
  return found;
}

const [ca, leaf] = [certificate('clb-direct-webhook-ca'), certificate('clb-direct-webhook')];

test('The leaf carries the names that the webhook would give it, in the Secret that the webhook reads.', () => {
  const settings = settingsWith(new Map());

  expect(leaf.spec.dnsNames).toEqual(webhookHostNames(settings.SERVICE_NAME, namespace));
  expect(leaf.spec.secretName).toBe(settings.WEBHOOK_SECRET_NAME);
  expect(leaf.spec.usages).toContain('server auth');
});

test('Both keys are RSA from 2048 bits, as the webhook requires, and new each time.', () => {
  for (const { spec } of [ca, leaf]) {
    expect(spec.privateKey).toEqual({ algorithm: 'RSA', size: 2048, rotationPolicy: 'Always' });
  }
});

test('No leaf outlives its CA.', () => {
  expect(parseDuration(ca.spec.renewBefore)).toBeGreaterThan(parseDuration(leaf.spec.duration) ?? Infinity);
});

test('Every issuer that is named is there, in the namespace.', () => {
  const issuers = objects.filter(({ kind }) => kind === 'Issuer').map(({ metadata }) => metadata.name);

  expect(issuers).toEqual(expect.arrayContaining(certificates.map(({ spec }) => spec.issuerRef.name)));
  expect(new Set(objects.map(({ metadata }) => metadata.namespace))).toEqual(new Set([namespace]));
  expect(ca.spec).toMatchObject({ isCA: true, secretName: 'clb-direct-webhook-ca' });
});

test('The settings leave the Secret to cert-manager, and the webhook knows that setting.', () => {
  const { CERTIFICATE_SOURCE } = settingsWith(readEnvFile('cert-manager/settings.env'));

  expect(CERTIFICATE_SOURCE).toBe('secret');
});

function settingsWith(changes: ReadonlyMap<string, string>) {
  const pod = { POD_NAME: 'pod', POD_NAMESPACE: namespace };
  const env = { ...Object.fromEntries([...readEnvFile('local/settings.env'), ...changes]), ...pod };
  return readSettings({ ...programSettings, ...webhookSettings }, env);
}

const hasKubectl = spawnSync('kubectl', ['version', '--client'], { timeout: 30_000 }).status === 0;
(hasKubectl ? test : test.skip)('kubectl puts it together with the install.', () => {
  const folder = resolve(import.meta.dirname, '../../../manifests/cert-manager');
  const built = execFileSync('kubectl', ['kustomize', folder], { timeout: 60_000, encoding: 'utf8' });
  const kinds = parseAllDocuments(built).map((document) => (document.toJS() as KubeObject).kind);

  expect(kinds).toEqual(expect.arrayContaining(['Deployment', 'ConfigMap', 'Issuer', 'Certificate']));
  expect(built).toContain('CERTIFICATE_SOURCE: secret');
});
