import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { secrets } from '@clb-direct/shared/kube/client/paths.ts';
import type { PairReader } from '../core/model/cluster-port.ts';
import type { RawSecret } from './related/secret-facts.ts';
import { toKeyPair } from './related/tls-pair.ts';

/** Reads a pair for its upload, by a list of one: no other right is needed than that of the watch. */
export function createPairReader(api: KubeApi): PairReader {
  return {
    async read({ namespace, name }, signal) {
      const query = { fieldSelector: `metadata.name=${name}` };
      const list = await api.call<List>({ method: 'GET', path: secrets(namespace), query, signal });
      const [secret] = list.items ?? [];
      return secret?.type === 'kubernetes.io/tls' ? toKeyPair(secret.data) : undefined;
    },
  };
}

interface List {
  readonly items?: readonly RawSecret[] | null;
}
