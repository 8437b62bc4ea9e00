import { recordLabel } from '@clb-direct/shared/domain/names.ts';
import * as paths from '@clb-direct/shared/kube/client/paths.ts';
import type { FakeApiServer } from '@clb-direct/shared/testing/fake-api-server.ts';
import { placeOf } from '@clb-direct/shared/testing/fake-objects.ts';

const namespace = 'clb-direct';

/** As an API server does it: what is in the namespace of clb-direct is gone by the first request after it. */
export function emptyWithNamespace(server: FakeApiServer): void {
  const empty = () => {
    const isGone = !server.store.has(placeOf(paths.namespace(namespace)));
    const left = isGone ? server.store.list(placeOf(paths.configMaps(namespace))) : [];
    for (const { metadata } of left) server.store.delete(placeOf(paths.configMap(namespace, metadata.name)));
    return false;
  };
  server.fail({ matches: empty, answer: 'reset' });
}

function put(server: FakeApiServer, kind: string, name: string, data: Readonly<Record<string, unknown>>): void {
  const texts = Object.entries(data).map(([key, value]) => [key, typeof value === 'string' ? value : json(value)]);
  const metadata = { name, labels: { [recordLabel.name]: kind } };
  server.create(paths.configMaps(namespace), { metadata, data: Object.fromEntries(texts) });
}

function json(value: unknown): string {
  return JSON.stringify(value);
}

const recordedAt = '2026-11-27T01:00:00.000Z';

/** Of an Ingress that is gone, of one whose rule is deleted, and of CLBs that were made, of which one is hidden. */
export function keepRecords(server: FakeApiServer): void {
  const ingress = { kind: 'Ingress', namespace: 'shop', places: ['HTTP/80'], recordedAt };
  put(server, recordLabel.balancer, 'clb-direct-lb-two', {
    'uid-gone': { ...ingress, name: 'gone', rules: ['HTTP/80 a.com/'] },
    'uid-done': { ...ingress, name: 'done', releasedAt: recordedAt },
  });
  const made = { namespace: 'shop', proof: 'p', generation: 1, wish: { type: 'OPEN', name: 'n' } };
  put(server, recordLabel.owned, 'clb-direct-owned-uid-made', {
    'load-balancer': { ...made, kind: 'Ingress', name: 'made', balancerId: 'lb-made' },
  });
  put(server, recordLabel.owned, 'clb-direct-owned-uid-asked', {
    'load-balancer': { ...made, kind: 'Service', name: 'asked', askedAt: recordedAt },
  });
  const former = { balancerId: 'lb-hidden', proof: 'p' };
  put(server, recordLabel.owned, 'clb-direct-owned-uid-hidden', {
    'load-balancer': { ...made, kind: 'Service', name: 'hidden', generation: 2, former },
  });
  put(server, recordLabel.region, 'clb-direct-records', { complete: 'true', 'lb-two': '' });
}
