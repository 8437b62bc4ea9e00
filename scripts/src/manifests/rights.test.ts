import { describe, expect, test } from '@jest/globals';
import { covers, describeRight, grantedRights, isUse, type AuditedRequest, type Right } from './rights.ts';

const right: Right = { namespace: 'ours', group: '', resource: 'secrets', name: 'one', verb: 'get' };
const request: AuditedRequest = { verb: 'get', objectRef: { resource: 'secrets', namespace: 'ours', name: 'one' } };

test('The rights of a program are those of its roles, each once.', () => {
  const controller = grantedRights('clb-direct-controller').map(describeRight);
  expect(controller).toContain('patch pods/status');
  expect(controller).toContain('update leases.coordination.k8s.io clb-direct-controller in clb-direct');
  expect(controller).toContain('watch configmaps tke-service-controller-config in kube-system');
  expect(new Set(controller).size).toBe(controller.length);
  expect(grantedRights('nobody')).toEqual([]);
});

describe('A right is used by a request', () => {
  test.each<[string, Partial<Right>, Partial<AuditedRequest>]>([
    ['for it', {}, {}],
    ['that found nothing', {}, { responseStatus: { code: 404 } }],
    ['for any name', { name: undefined }, {}],
    ['in any namespace', { namespace: undefined }, {}],
    [
      'for a subresource',
      { resource: 'secrets/status' },
      { objectRef: { ...request.objectRef, subresource: 'status' } },
    ],
    ['for its group', { group: 'apps' }, { objectRef: { ...request.objectRef, apiGroup: 'apps' } }],
    ['that makes the object by an apply', { verb: 'create' }, { verb: 'patch', responseStatus: { code: 201 } }],
  ])('%s.', (_, granted, asked) => {
    expect(isUse({ ...right, ...granted }, { ...request, ...asked })).toBe(true);
  });
});

describe('A right is not used by a request', () => {
  test.each<[string, Partial<Right>, Partial<AuditedRequest>]>([
    ['that was forbidden', {}, { responseStatus: { code: 403 } }],
    ['with another verb', { verb: 'list' }, {}],
    ['for another name', { name: 'two' }, {}],
    ['without a name', {}, { objectRef: { resource: 'secrets', namespace: 'ours' } }],
    ['in another namespace', { namespace: 'theirs' }, {}],
    ['for a subresource', {}, { objectRef: { ...request.objectRef, subresource: 'status' } }],
    ['for another group', { group: 'apps' }, {}],
    ['for no object', {}, { objectRef: {} }],
    ['that changes the object by an apply', { verb: 'create' }, { verb: 'patch', responseStatus: { code: 200 } }],
  ])('%s.', (_, granted, asked) => {
    expect(isUse({ ...right, ...granted }, { ...request, ...asked })).toBe(false);
  });
});

test('A right covers its name in its namespace and no other.', () => {
  const asked = { ...right, name: 'one' };
  expect(covers(right, asked)).toBe(true);
  expect(covers({ ...right, namespace: undefined, name: undefined }, asked)).toBe(true);
  expect(covers(right, { ...asked, name: 'two' })).toBe(false);
  expect(covers(right, { ...asked, namespace: undefined })).toBe(false);
  expect(covers(right, { ...asked, verb: 'list' })).toBe(false);
});
