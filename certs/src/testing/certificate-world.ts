import type { X509Certificate } from 'node:crypto';
import { generateKeyPairSync } from 'node:crypto';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { createCertificateKeeper, type Advanced, type CertificateKeeper } from '../advance-certificates.ts';
import { inspectMaterial, servingProblems } from '../inspect-material.ts';
import type { MakeKeys } from '../issue-certificates.ts';
import { defaultPolicy } from '../material.ts';
import { readCertificates } from '../pem.ts';
import { requestPatch } from '../rotation/request.ts';
import { decodeSecret, type SecretFields, type StoredCertificates } from '../secret-format.ts';
import { openSecretStore } from '../secret-store.ts';
import { createMemoryApi } from './memory-api.ts';

/** How a leader's step ends. */
export type Ending = 'well' | 'dies before the write' | 'dies after the write' | 'meets another leader';

const path = '/api/v1/namespaces/ns/secrets/certs';
const hostName = 'hook.ns.svc';
const signal = new AbortController().signal;
const pace = { publishMs: 2_000, settleMs: 30_000 };

interface Replica {
  stored: StoredCertificates | undefined;
  isCutOff: boolean;
  keeper: CertificateKeeper;
}

/** Replicas, a Secret, a registration, and API servers that hear of it later. Only time and certificates' keys are made up. */
export class CertificateWorld {
  readonly api = createMemoryApi();
  readonly replicas: Replica[];
  registration = '';
  readonly apiServers = ['', ''];
  leader = 0;
  hadEmergency = false;
  #nowMs = Date.UTC(2026, 10, 21);
  #monotonicMs = 0;
  #requests = 0;

  constructor(replicas: number, makeKeys: MakeKeys) {
    this.replicas = Array.from({ length: replicas }, (_, index) => ({
      stored: undefined,
      isCutOff: false,
      keeper: this.#keeperOf(index, makeKeys),
    }));
  }

  /** The leader's check: one step, then the registration. */
  async lead(ending: Ending): Promise<void> {
    const replica = this.replicas[this.leader];
    if (replica === undefined || replica.isCutOff) return;
    this.#arrange(ending);
    try {
      const advanced = await replica.keeper.advance({ signal, isHeld: () => true });
      this.api.before = () => undefined;
      this.#take(replica, advanced);
    } catch (error) {
      if (!(error instanceof Died) && (error as { status?: number }).status !== 409) throw error;
    } finally {
      this.api.before = () => undefined;
    }
    if (ending !== 'well') this.leader = (this.leader + 1) % this.replicas.length;
  }

  sync(index: number): void {
    const replica = this.replicas[index];
    const secret = this.api.objects.get(path);
    if (replica === undefined || replica.isCutOff || secret === undefined) return;
    const annotations = secret.metadata['annotations'] as SecretFields['annotations'];
    this.#offer(replica, decodeSecret({ data: secret['data'] as SecretFields['data'], annotations }));
  }

  cutOff(index: number, isCutOff: boolean): void {
    const replica = this.replicas[index];
    if (replica !== undefined) replica.isCutOff = isCutOff;
  }

  /** Time passes; every API server has heard of the registration by then. */
  pass(ms: number): void {
    this.#nowMs += ms;
    this.#monotonicMs += ms;
    this.apiServers.fill(this.registration);
  }

  jump(ms: number): void {
    this.#nowMs += ms;
  }

  hear(index: number): void {
    this.apiServers[index] = this.registration;
  }

  async ask(kind: 'leaf' | 'ca'): Promise<void> {
    if (!this.api.objects.has(path)) return;
    this.#requests += 1;
    const body = requestPatch({ id: `r${this.#requests}`, kind, reason: '' });
    await this.api.call({ method: 'PATCH', path, body, signal });
  }

  deleteSecret(): void {
    this.api.objects.delete(path);
  }

  fillSecretWithGarbage(): void {
    const secret = this.api.objects.get(path);
    if (secret !== undefined) this.api.objects.set(path, { ...secret, data: { 'tls.crt': 'Z2FyYmFnZQ==' } });
  }

  /** Which replica no API server should have refused, and was. */
  refusals(): string[] {
    const pairs = this.replicas.flatMap(({ stored }, replica) =>
      this.apiServers.map((bundle, server) => ({ stored, replica, bundle, server })),
    );
    return pairs
      .filter(
        ({ stored, bundle }) => stored !== undefined && bundle !== '' && !isTrusted(stored.material.chain, bundle),
      )
      .map(({ replica, server }) => `API server ${server} refuses replica ${replica}`);
  }

  async untilStable(): Promise<Advanced> {
    this.replicas.forEach((_, index) => this.cutOff(index, false));
    for (let round = 0; ; round += 1) {
      const replica = this.replicas[this.leader];
      if (replica === undefined || round > 200) throw new Error('it never came to rest');
      const advanced = await replica.keeper.advance({ signal, isHeld: () => true });
      this.#take(replica, advanced);
      this.replicas.forEach((_, index) => this.sync(index));
      this.pass(11_000);
      if (advanced.step === undefined && advanced.phase === 'stable') return advanced;
    }
  }

  #keeperOf(index: number, makeKeys: MakeKeys): CertificateKeeper {
    return createCertificateKeeper({
      store: openSecretStore({ api: this.api, namespace: 'ns', name: 'certs', fieldManager: 'test' }),
      hostName,
      hostNames: [hostName],
      policy: defaultPolicy,
      nowMs: () => this.#nowMs,
      monotonicMs: () => this.#monotonicMs,
      settings: { ...pace, source: 'own' },
      memory: () => this.replicas[index]?.stored,
      publishedBundle: () => Promise.resolve(this.registration),
      seeReplicas: (ca) => Promise.resolve(this.#see(ca)),
      log: createLogger({ program: 'test', level: 'silent' }),
      makeKeys,
    });
  }

  #see(ca: string) {
    const living = this.replicas.flatMap(({ stored }, pod) => (stored === undefined ? [] : [{ stored, pod }]));
    return living.map(({ stored, pod }) => ({ pod: String(pod), verifies: isTrusted(stored.material.chain, ca) }));
  }

  #take(replica: Replica, advanced: Advanced): void {
    if (advanced.step === 'emergency' && this.registration !== '') this.hadEmergency = true;
    this.#offer(replica, advanced.secret.stored);
    this.registration = advanced.bundle;
  }

  // A replica that serves goes on as it is until API servers can trust what is offered.
  #offer(replica: Replica, stored: StoredCertificates): void {
    if (servingProblems(inspectMaterial(stored.material, hostName), this.#nowMs).length > 0) return;
    const isKnown = this.registration === '' || isTrusted(stored.material.chain, this.registration);
    if (replica.stored === undefined || isKnown) replica.stored = stored;
  }

  #arrange(ending: Ending): void {
    this.api.before = ({ method }) => {
      if (method !== 'PATCH' || ending === 'well') return;
      if (ending === 'meets another leader') this.#touchSecret();
      else if (ending === 'dies before the write') throw new Died();
      else this.api.onWrite = (object) => this.#dieAfter(object);
    };
  }

  #dieAfter<T extends Record<string, unknown>>(object: T): T {
    this.api.onWrite = (same) => same;
    this.api.before = () => {
      throw new Died();
    };
    return object;
  }

  #touchSecret(): void {
    const secret = this.api.objects.get(path);
    if (secret === undefined) return;
    const metadata = { ...secret.metadata, resourceVersion: `${String(secret.metadata['resourceVersion'])}x` };
    this.api.objects.set(path, { ...secret, metadata });
  }
}

class Died extends Error {}

function isTrusted(chain: string, bundle: string): boolean {
  const [leaf, ...crosses] = readCertificates(chain) ?? [];
  const roots = readCertificates(bundle) ?? [];
  const anchors = [...roots, ...crosses.filter((cross) => roots.some((root) => isSigned(cross, root)))];
  return leaf !== undefined && anchors.some((anchor) => isSigned(leaf, anchor));
}

function isSigned(certificate: X509Certificate, by: X509Certificate): boolean {
  return certificate.checkIssued(by) && certificate.verify(by.publicKey);
}

/** Hands out a few key pairs in turn; two CAs that are trusted at one time never share one. */
export function poolOfKeys(size: number): MakeKeys {
  const pairs = Array.from({ length: size }, () =>
    generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    }),
  );
  let turn = 0;
  return () => {
    turn += 1;
    return Promise.resolve(pairs[turn % size] ?? { publicKey: '', privateKey: '' });
  };
}
