import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';

// The least that answers a review with Node alone: nothing is checked, nothing counted, nothing logged.
const [folder = '', port = ''] = process.argv.slice(2);
const gate = { conditionType: 'cloud.tencent.com/load-balancer-backendgroup-ready' };

interface Review {
  readonly request: {
    readonly uid: string;
    readonly object: {
      readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
      readonly spec: { readonly hostNetwork?: boolean; readonly readinessGates?: readonly (typeof gate)[] };
    };
  };
}

function answer({ request }: Review): string {
  const { metadata, spec } = request.object;
  const isEni = metadata.annotations?.['tke.cloud.tencent.com/networks'] === 'tke-route-eni';
  const hasGate = spec.readinessGates?.some(({ conditionType }) => conditionType === gate.conditionType) === true;
  const operation =
    spec.readinessGates === undefined
      ? { op: 'add', path: '/spec/readinessGates', value: [gate] }
      : { op: 'add', path: '/spec/readinessGates/-', value: gate };
  const patch = Buffer.from(JSON.stringify([operation])).toString('base64');
  const patched = isEni && !hasGate && spec.hostNetwork !== true ? { patchType: 'JSONPatch', patch } : {};
  const response = { uid: request.uid, allowed: true, ...patched };
  return JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response });
}

const pair = { cert: readFileSync(join(folder, 'tls.crt')), key: readFileSync(join(folder, 'tls.key')) };
createServer(pair, (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = answer(JSON.parse(Buffer.concat(chunks).toString()) as Review);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    response.end(body);
  });
}).listen(Number(port), '127.0.0.1');
