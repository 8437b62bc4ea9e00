import type { KeyPair } from '../core/model/certificate.ts';
import type { KeyAlgorithm } from '../core/model/tls-pair.ts';
import type { PairReader } from '../core/model/cluster-port.ts';
import { referenceKey, type ObjectReference, type SecretFacts } from '../core/model/related-objects.ts';

type Put = (secret: ObjectReference<'Secret'>, facts: SecretFacts | undefined) => void;

interface Kept {
  readonly daysLeft?: number;
  readonly daysOld?: number;
  readonly algorithm?: KeyAlgorithm;
  readonly namespace?: string;
}

const dayMs = 86_400_000;

/** Secrets of type kubernetes.io/tls, of namespace shop if none is named; the name of a content is its fingerprint. */
export class FakeTlsSecrets implements PairReader {
  readonly #contents = new Map<string, string>();
  readonly #put: Put;
  /** How often a key was read. */
  reads = 0;

  constructor(put: Put) {
    this.#put = put;
  }

  put(name: string, content: string, { daysLeft = 60, daysOld = 30, algorithm = 'RSA', namespace }: Kept = {}): void {
    const secret = secretOf(name, namespace);
    this.#contents.set(referenceKey(secret), content);
    const [notBeforeMs, notAfterMs] = [Date.now() - daysOld * dayMs, Date.now() + daysLeft * dayMs];
    this.#put(secret, { ...noIds, pair: { fingerprint: content, notBeforeMs, notAfterMs, algorithm } });
  }

  putBroken(name: string, problem: string): void {
    this.#put(secretOf(name), { ...noIds, pair: { problem } });
  }

  remove(name: string): void {
    this.#contents.delete(referenceKey(secretOf(name)));
    this.#put(secretOf(name), undefined);
  }

  async read(secret: ObjectReference<'Secret'>): Promise<KeyPair | undefined> {
    await Promise.resolve();
    this.reads += 1;
    const fingerprint = this.#contents.get(referenceKey(secret));
    return fingerprint === undefined
      ? undefined
      : { fingerprint, certificate: `of ${fingerprint}`, privateKey: knownKey };
  }
}

/** What no log, event or error may show. */
export const knownKey = 'KEY-OF-THE-TEST-THAT-NOBODY-MAY-SEE';

const noIds = { certificateId: undefined, caCertificateId: undefined };

function secretOf(name: string, namespace = 'shop'): ObjectReference<'Secret'> {
  return { kind: 'Secret', namespace, name };
}
