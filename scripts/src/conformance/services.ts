import type { Workload } from './scenario.ts';

/** A Service that scenarios send to, and the pods that answer for it. */
export interface ScenarioService {
  readonly name: string;
  readonly answers?: Workload;
  readonly spec: Readonly<Record<string, unknown>>;
}

const to = (app: Workload) => ({
  selector: { app },
  ports: [{ name: 'web', port: 80, targetPort: 80, protocol: 'TCP' }],
});

export const services: readonly ScenarioService[] = [
  { name: 'leaf', answers: 'leaf', spec: to('leaf') },
  { name: 'tree', answers: 'tree', spec: to('tree') },
  { name: 'rest', answers: 'rest', spec: to('rest') },
  { name: 'tree-node-port', answers: 'tree', spec: { ...to('tree'), type: 'NodePort' } },
  { name: 'rest-headless', answers: 'rest', spec: { ...to('rest'), clusterIP: 'None' } },
  { name: 'external', spec: { type: 'ExternalName', externalName: 'www.example.net', ports: to('leaf').ports } },
];
