import type { ServiceFacts } from '../core/sources/service/service-facts.ts';
import { aNewService } from './builders.ts';
import type { World } from './world.ts';

/** It lists the address of a pod of another namespace, and names a CLB that no look has seen. */
export function aLister(world: World): ServiceFacts {
  const [namespace, name] = ['evil', 'lister'];
  const ports = [{ name: '', protocol: 'TCP', port: 8080 }];
  const endpoints = [{ addresses: ['10.0.0.1'], ready: true, terminating: false }];
  const slices = [{ service: `${namespace}/${name}`, hasIps: true, ports, endpoints }];
  world.cluster.putRelated({ kind: 'EndpointSlices', namespace, name }, { slices });
  return aNewService({ namespace, name, selector: {}, existingLoadBalancer: 'lb-unseen1' });
}
