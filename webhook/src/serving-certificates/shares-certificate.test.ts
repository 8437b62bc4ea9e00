import { issueCa } from '@clb-direct/certs/issue-certificates.ts';
import { defaultPolicy } from '@clb-direct/certs/material.ts';
import { expect, test } from '@jest/globals';
import { sharesCertificate } from './shares-certificate.ts';

test('Two bundles share a certificate or do not.', async () => {
  const make = async (generation: number) => issueCa({ nowMs: Date.now(), policy: defaultPolicy, generation });
  const [{ certificate: one }, { certificate: other }] = await Promise.all([make(1), make(2)]);
  expect(sharesCertificate(`${one}\n${other}`, other)).toBe(true);
  expect(sharesCertificate(one, other)).toBe(false);
  expect(sharesCertificate('', other)).toBe(false);
  expect(sharesCertificate(one, 'garbage')).toBe(false);
});
