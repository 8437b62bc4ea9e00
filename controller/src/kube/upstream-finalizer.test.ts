import { expect, test } from '@jest/globals';
import { upstreamFinalizerBy } from './upstream-finalizer.ts';

const name = 'service.kubernetes.io/load-balancer-cleanup';
const setBy = (manager: string, finalizer = name) => ({
  manager,
  operation: 'Update',
  fieldsV1: { 'f:metadata': { 'f:finalizers': { '.': {}, [`v:"${finalizer}"`]: {} } } },
});

test.each<[string, object, ReturnType<typeof upstreamFinalizerBy>]>([
  ['a Service without finalizers', {}, 'nobody'],
  ['other finalizers', { finalizers: ['a/b'], managedFields: [setBy('clb-direct-controller', 'a/b')] }, 'nobody'],
  [
    'what we set',
    { finalizers: [name], managedFields: [setBy('kubectl', 'a/b'), setBy('clb-direct-controller')] },
    'us',
  ],
  ['what another controller set', { finalizers: [name], managedFields: [setBy('cloud-controller-manager')] }, 'others'],
  [
    'what another controller set beside ours',
    { finalizers: [name, 'a/b'], managedFields: [setBy('ccm'), setBy('clb-direct-controller', 'a/b')] },
    'others',
  ],
  ['nothing that tells', { finalizers: [name] }, 'others'],
  ['fields of another form', { finalizers: [name], managedFields: [{ manager: 'clb-direct-controller' }] }, 'others'],
])('By %s it is known who put the finalizer there.', (_, metadata, expected) => {
  expect(upstreamFinalizerBy(metadata)).toBe(expected);
});
