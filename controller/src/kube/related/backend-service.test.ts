import { expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { toBackendService } from './backend-service.ts';

test('Of a Service its ports, node ports, policy, and annotations about nodes are kept.', () => {
  const annotations = { [annotation.nodeSelector]: 'pool=a', [annotation.managed]: 'true' };
  const spec = {
    type: 'NodePort',
    selector: { app: 'web' },
    externalTrafficPolicy: 'Local',
    ports: [
      { port: 80, nodePort: 30_080 },
      { name: 'dns', protocol: 'UDP', port: 53, targetPort: 'dns' },
    ],
  };
  expect(toBackendService({ metadata: { annotations }, spec })).toEqual({
    type: 'NodePort',
    selector: { app: 'web' },
    ports: [
      { name: '', protocol: 'TCP', port: 80, targetPort: 80, nodePort: 30_080 },
      { name: 'dns', protocol: 'UDP', port: 53, targetPort: 'dns' },
    ],
    publishNotReady: false,
    externalTrafficPolicy: 'Local',
    annotations: { [annotation.nodeSelector]: 'pool=a' },
  });
});

test('A Service that says nothing is of type ClusterIP and has no ports.', () => {
  expect(toBackendService({})).toEqual({
    type: 'ClusterIP',
    selector: {},
    ports: [],
    publishNotReady: false,
    annotations: {},
  });
});
