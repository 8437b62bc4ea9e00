import { describe, expect, test } from '@jest/globals';
import { failureOf } from './api-failure.ts';
import { kindOf } from './error-kinds.ts';
import { explain } from './explain.ts';
import { redact } from './redact.ts';

const asked = {
  purpose: 'look up lb-1',
  action: 'DescribeLoadBalancers',
  region: 'ap-nowhere',
  endpoint: 'https://clb.tencentcloudapi.com',
  source: 'the folder /etc/clb-direct/credentials',
};

test.each([
  [
    { code: 'AuthFailure.SignatureFailure', message: 'The signature is wrong.' },
    'Could not look up lb-1: Tencent Cloud answered "The signature is wrong" (AuthFailure.SignatureFailure). ' +
      'The secret key does not belong to the secret id; correct it in the folder /etc/clb-direct/credentials.',
  ],
  [
    { code: 'AuthFailure.SomethingNew', message: 'no' },
    'Could not look up lb-1: Tencent Cloud answered "no" (AuthFailure.SomethingNew). ' +
      'Check the credentials in the folder /etc/clb-direct/credentials.',
  ],
  [
    { code: 'UnauthorizedOperation', message: 'you may not' },
    'Could not look up lb-1: Tencent Cloud answered "you may not" (UnauthorizedOperation). ' +
      'Allow clb:DescribeLoadBalancers in CAM for the identity whose credentials are in the folder ' +
      '/etc/clb-direct/credentials.',
  ],
  [
    { code: 'UnsupportedRegion', message: 'no such region' },
    'Could not look up lb-1: Tencent Cloud answered "no such region" (UnsupportedRegion). ' +
      'Set REGION to a region that has CLB, such as ap-guangzhou; it is "ap-nowhere".',
  ],
  [
    { code: 'FailedOperation.TrafficCheckRisk', message: 'more than 10 Mbps' },
    'Could not look up lb-1: Tencent Cloud answered "more than 10 Mbps" (FailedOperation.TrafficCheckRisk). ' +
      'Move the clients that still use its address; it is tried again when there is less traffic.',
  ],
  [
    { code: 'FailedOperation.FrequencyCheckRisk', message: 'too many' },
    'Could not look up lb-1: Tencent Cloud answered "too many" (FailedOperation.FrequencyCheckRisk). ' +
      'Many CLBs of the region were deleted within a few minutes; it is tried again.',
  ],
  [
    { code: 'RequestLimitExceeded', message: 'you asked `33` times' },
    'Could not look up lb-1: Tencent Cloud takes no more requests for now (RequestLimitExceeded). ' +
      'It is tried again more slowly; other tools that use the same account count too.',
  ],
  [
    { code: 'Http503', message: 'Service Unavailable' },
    'Could not look up lb-1: the API at https://clb.tencentcloudapi.com answered with HTTP status 503. ' +
      'It is tried again.',
  ],
])('what was asked, what the cloud said and what to do: %j', (failure, sentence) => {
  expect(explain(failure, asked)).toBe(sentence);
});

test('An answer of any length is quoted on one line, and the advice still fits.', () => {
  const text = explain({ code: 'InvalidParameter', message: 'no\u001b[31m\n'.repeat(10_000) }, asked);
  expect(text).toMatch(
    / answered "no\\u001b\[31m\\nno.*…" \(InvalidParameter\)\. It is refused until the request changes/,
  );
  expect(text.length).toBeLessThan(600);
});

describe('will asking again help?', () => {
  test.each([
    ['RequestLimitExceeded.UinLimitExceeded', 'throttled'],
    ['LimitExceeded', 'quota'],
    ['FailedOperation.ResourceInOperating', 'busy'],
    ['UnsupportedOperation.LBInOperating', 'busy'],
    ['FailedOperation', 'transient'],
    ['InternalError.Database', 'transient'],
    ['InvalidParameter.LBIdNotFound', 'gone'],
    ['InvalidParameter.PortCheckFailed', 'refused'],
    ['AuthFailure.TokenFailure', 'credentials'],
    ['UnauthorizedOperation', 'credentials'],
    ['Http404', 'refused'],
    ['Http429', 'throttled'],
    ['Http500', 'transient'],
    ['NeverSeenBefore', 'transient'],
  ])('%s: %s', (code, kind) => {
    expect(kindOf(code)).toBe(kind);
  });
});

test('ids of requests are left out of the text, so that the same trouble is one event', () => {
  const thrown = Object.assign(new Error('[request id:0b1-22]you are not authorized'), {
    code: 'X',
    requestId: '0b1-22',
  });
  expect(failureOf(thrown)).toMatchObject({ message: 'you are not authorized', requestId: '0b1-22' });
});

test('what CAM refuses is told on one line, with the permission to add', () => {
  const answer = 'you are not authorized to perform operation (clb:DeleteListener)\nresource (*) has no permission\n';
  expect(explain({ code: 'UnauthorizedOperation', message: answer }, asked)).toContain(
    'operation (clb:DeleteListener), resource (*) has no permission" (UnauthorizedOperation). Allow clb:',
  );
});

test('a refusal that quotes a secret does not pass it on', () => {
  const failure = failureOf(Object.assign(new Error('AKIDexample with token-example'), { code: 'X', requestId: 'r' }));
  const credential = { secretId: 'AKIDexample', secretKey: 'key-example', token: 'token-example', source: '' };
  expect(redact(failure, credential).message).toBe('[hidden] with [hidden]');
});

test('a secret too short to be one hides no letters of the words around it', () => {
  const failure = failureOf(Object.assign(new Error('Check your SecretId'), { code: 'X', requestId: 'r' }));
  const credential = { secretId: 'SecretI', secretKey: 'y', token: undefined, source: '' };
  expect(redact(failure, credential).message).toBe('Check your SecretId');
});
