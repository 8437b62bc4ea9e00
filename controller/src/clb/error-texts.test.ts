import { expect, test } from '@jest/globals';
import { kindFor } from './error-kinds.ts';
import { explain } from './explain.ts';

test.each([
  ['InvalidParameter', 'LB not exist', 'gone'],
  ['InvalidParameter', 'LoadBalancer not exist: lb-1.', 'gone'],
  ['FailedOperation', 'LoadBalancer not exist', 'gone'],
  ['InvalidParameter', 'some ListenerId lbl-1 not found', 'gone'],
  ['InvalidParameter', 'The target is not bound', 'refused'],
  ['InvalidParameterValue', 'The certificate abc is not found.', 'refused'],
  ['FailedOperation', 'Loadbalancer(lb-1) is not in normal desState, please try later.', 'busy'],
  ['InternalError', 'des status abnormal', 'busy'],
  ['FailedOperation', 'Your task is working (AddQLBLocation). Pls wait.', 'busy'],
  ['FailedOperation', 'odd', 'transient'],
  ['AuthFailure', 'LB not exist', 'credentials'],
])('A general code is told apart by its text: %s "%s" is %s.', (code, message, kind) => {
  expect(kindFor('CreateListener', { code, message })).toBe(kind);
});

test('The advice is that of what the text means.', () => {
  const asked = { purpose: 'do it', action: 'CreateRule', region: 'r', endpoint: 'e', source: 's' };
  const failure = { code: 'UnsupportedOperation', message: 'the lb is not in normal status' };
  expect(explain(failure, asked)).toContain('Another change of this CLB is in progress');
});
