import { beforeAll, expect, test } from '@jest/globals';
import { crossSign, issueCa, issueLeaf } from './issue-certificates.ts';
import { defaultPolicy } from './material.ts';
import { trustsChain } from './trusts-chain.ts';

const nowMs = Date.now();
const common = { nowMs, policy: defaultPolicy };

let ca1: string;
let ca2: string;
let crossed: string;
let leaf2: string;
beforeAll(async () => {
  const [oldCa, newCa] = await Promise.all([1, 2].map((generation) => issueCa({ ...common, generation })));
  if (oldCa === undefined || newCa === undefined) throw new Error('no CAs');
  [ca1, ca2] = [oldCa.certificate, newCa.certificate];
  crossed = crossSign({ ...common, newCa: ca2, oldCa });
  leaf2 = (await issueLeaf({ ...common, ca: newCa, hostNames: ['a.b.svc'] })).certificate;
});

test('a chain is trusted under its own CA, and under the CA that vouches for that one', () => {
  expect(trustsChain(ca2, leaf2, nowMs)).toBe(true);
  expect(trustsChain(ca1, leaf2, nowMs)).toBe(false);
  expect(trustsChain(ca1, `${leaf2}${crossed}`, nowMs)).toBe(true);
  expect(trustsChain(`${ca1}\n${ca2}`, leaf2, nowMs)).toBe(true);
});

test('a chain is not trusted after its leaf or its CA has ended, nor before it holds', () => {
  expect(trustsChain(ca2, leaf2, nowMs + defaultPolicy.leafLifeMs + 1)).toBe(false);
  expect(trustsChain(ca2, leaf2, nowMs - defaultPolicy.backdateMs - 2_000)).toBe(false);
});

test.each([
  ['', ''],
  ['garbage', 'garbage'],
])('bundle "%s" and chain "%s" are no trust and no error', (bundle, chain) => {
  expect(trustsChain(bundle, leaf2, nowMs)).toBe(false);
  expect(trustsChain(ca2, chain, nowMs)).toBe(false);
});
