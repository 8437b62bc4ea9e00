import { expect, test } from '@jest/globals';
import { makePair } from '../testing/make-pair.ts';
import { ApiFailure } from './api-failure.ts';
import { withoutKey } from './redact-key.ts';

const { key, certificate } = makePair();
const request = { CertificatePublicKey: certificate, CertificatePrivateKey: key };
const shown = (message: string, sent: object = request) =>
  withoutKey(new ApiFailure('FailedOperation', message, 'req-1'), { request: sent });
const hidden = {
  code: 'FailedOperation',
  requestId: 'req-1',
  message: expect.stringMatching(/repeats a private key$/),
};
const body = key.split('\n').slice(1, -2).join('');

test.each([
  ['as it is', key],
  ['on one line', key.replaceAll('\n', ' ')],
  ['escaped', JSON.stringify({ key })],
  ['with other line ends', key.replaceAll('\n', '\r\n')],
  ['without its armour', body],
  ['in part', body.slice(7, 40)],
  ['cut', key.slice(0, 70)],
])('A text that repeats the private key %s is left out.', (_, text) => {
  expect(shown(`bad value: ${text}`)).toMatchObject(hidden);
});

test('Every other text stays: also one that names a key, or repeats the certificate.', () => {
  for (const text of ['the private key does not match', '-----BEGIN EC PRIVATE KEY----- is missing', certificate]) {
    expect(shown(text).message).toBe(text);
    expect(shown(text, {}).message).toBe(text);
  }
});
