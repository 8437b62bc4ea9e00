import { generateKeyPairSync } from 'node:crypto';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { createCertificateKeeper } from '../advance-certificates.ts';
import type { Advanced, CertificateKeeper } from '../certificate-keeper.ts';
import { inspectMaterial, servingProblems } from '../inspect-material.ts';
import { issueCa, type MakeKeys } from '../issue-certificates.ts';
import { defaultPolicy } from '../material.ts';
import { readCertificates } from '../pem.ts';
import { maxBundle } from '../rotation/judge-rotation.ts';
import { requestPatch } from '../rotation/request.ts';
import { currentCa } from '../rotation/standing.ts';
import { decodeSecret, type SecretFields, type StoredCertificates } from '../secret-format.ts';
import { openSecretStore } from '../secret-store.ts';
import { trustsChain } from '../trusts-chain.ts';
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
  /** Every API server accepted it once; from then on none may refuse it. */
  wasAccepted: boolean;
}

/**
 * Replicas, a Secret, a registration, and API servers that read it later. Only time and certificates' keys are made up.
 */
export class CertificateWorld {
  readonly api = createMemoryApi();
  readonly replicas: Replica[];
  registration = '';
  readonly apiServers = ['', ''];
  leader = 0;
  /** What broke that the machine must not break, in the order of events. */
  readonly wrongs: string[] = [];
  /** The registration or a clock was changed: until everything is correct again, refusals do not count. */
  isUpset = false;
  readonly #makeKeys: MakeKeys;
  readonly #bundles: string[] = [];
  readonly #backups: Json[] = [];
  // The same is asked after every action, and reading certificates is what takes time.
  readonly #answers = new Map<string, boolean>();
  #nowMs = Date.UTC(2026, 10, 21);
  #monotonicMs = 0;
  #requests = 0;

  constructor(replicas: number, makeKeys: MakeKeys) {
    this.#makeKeys = makeKeys;
    this.replicas = Array.from({ length: replicas }, (_, index) => this.#start(index));
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

  /** A new process: it knows nothing. */
  restart(index: number): void {
    this.replicas[index] = this.#start(index);
  }

  /** Time passes; every API server has read the registration by then. */
  pass(ms: number): void {
    this.#nowMs += ms;
    this.#monotonicMs += ms;
    this.apiServers.fill(this.registration);
  }

  jump(ms: number): void {
    this.#nowMs += ms;
    this.isUpset = true;
  }

  syncApiServer(index: number): void {
    this.apiServers[index] = this.registration;
  }

  async ask(kind: 'leaf' | 'ca'): Promise<void> {
    await this.#request(requestPatch({ id: this.#newId(), kind, reason: '' }));
  }

  async bring(isSound: boolean): Promise<void> {
    const ca = await issueCa({ generation: 0, nowMs: this.#nowMs, policy: defaultPolicy, makeKeys: this.#makeKeys });
    const brought = isSound ? ca : { ...ca, key: 'x' };
    await this.#request(requestPatch({ id: this.#newId(), kind: 'import', reason: '' }, brought));
  }

  deleteSecret(): void {
    this.api.objects.delete(path);
  }

  /** Changes data and annotations of the Secret, as people do. */
  changeSecret(data: Record<string, unknown>, annotations: Record<string, unknown> = {}): void {
    const secret = this.api.objects.get(path);
    if (secret === undefined) return;
    const metadata = {
      ...secret.metadata,
      annotations: { ...(secret.metadata['annotations'] as object), ...annotations },
    };
    this.#put({ ...secret, metadata, data: { ...(secret['data'] as object), ...data } });
  }

  /** Puts an earlier state of the Secret in its place. */
  restoreBackup(age: number): void {
    const backup = this.#backups.at(-1 - age);
    if (backup !== undefined) this.#put(backup);
  }

  /** Another writer puts another bundle into the registration: an earlier one, or none. */
  changeRegistration(age: number): void {
    this.registration = this.#bundles.at(-1 - age) ?? '';
    this.isUpset = true;
  }

  /** To be called after every action: notes what is wrong now. */
  judge(action: string): void {
    const refused = this.replicas.filter((replica) => this.#isRefused(replica));
    this.isUpset &&= refused.length > 0 || !this.#isKnownEverywhere();
    const wronged = this.isUpset ? [] : refused.filter(({ wasAccepted }) => wasAccepted);
    if (wronged.length > 0) this.wrongs.push(`after ${action}: an API server refuses a replica that it accepted`);
    this.#checkSize(action);
    for (const replica of this.replicas) replica.wasAccepted ||= !refused.includes(replica) && this.#isCalled(replica);
  }

  #checkSize(action: string): void {
    const size = readCertificates(this.registration)?.length ?? 0;
    if (size > maxBundle) this.wrongs.push(`after ${action}: ${size} certificates in the bundle`);
  }

  #isKnownEverywhere(): boolean {
    return this.registration !== '' && this.apiServers.every((bundle) => bundle === this.registration);
  }

  /** The disturbances end. */
  async untilStable(): Promise<Advanced> {
    this.replicas.forEach((_, index) => {
      this.cutOff(index, false);
    });
    for (let round = 0; ; round += 1) {
      const replica = this.replicas[this.leader];
      if (replica === undefined || round > 200) throw new Error('it never came to rest');
      const advanced = await replica.keeper.advance({ signal, isHeld: () => true });
      this.#take(replica, advanced);
      this.replicas.forEach((_, index) => {
        this.sync(index);
      });
      this.judge(`step ${advanced.step ?? 'none'} in peace`);
      this.pass(11_000);
      this.judge('a while in peace');
      if (advanced.step === undefined && advanced.phase === 'stable') return advanced;
    }
  }

  #start(index: number): Replica {
    return { stored: undefined, isCutOff: false, wasAccepted: false, keeper: this.#keeperOf(index, this.#makeKeys) };
  }

  #isCalled({ stored }: Replica): boolean {
    return stored !== undefined && !this.apiServers.includes('');
  }

  #isRefused({ stored }: Replica): boolean {
    if (stored === undefined) return false;
    return this.apiServers.some((bundle) => bundle !== '' && !this.#accepts(bundle, stored));
  }

  #accepts(bundle: string, { material }: StoredCertificates): boolean {
    const question = `${this.#nowMs} ${bundle} ${material.chain}`;
    const answer = this.#answers.get(question) ?? trustsChain(bundle, material.chain, this.#nowMs);
    this.#answers.set(question, answer);
    return answer;
  }

  #newId(): string {
    this.#requests += 1;
    return `r${this.#requests}`;
  }

  async #request(body: object): Promise<void> {
    if (this.api.objects.has(path)) await this.api.call({ method: 'PATCH', path, body, signal });
  }

  #put(secret: Json): void {
    this.#requests += 1;
    const metadata = { ...secret.metadata, resourceVersion: `by-hand-${this.#requests}` };
    this.api.objects.set(path, { ...secret, metadata });
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
    return living.map(({ stored, pod }) => ({ pod: String(pod), verifies: this.#accepts(ca, stored) }));
  }

  #take(replica: Replica, advanced: Advanced): void {
    const { stored } = advanced.secret;
    if (advanced.step !== undefined) this.#checkWrite(advanced.step, stored);
    this.#bundles.push(advanced.bundle);
    this.registration = advanced.bundle;
    this.#offer(replica, stored);
  }

  /** What went wrong by this write, whatever API servers have read of it. */
  #checkWrite(step: string, { material }: StoredCertificates): void {
    const needed = step === 'finish' ? currentCa(material) : material.bundle;
    const left = this.replicas.filter(({ stored }) => stored !== undefined && !this.#accepts(needed, stored));
    const wasTrusted = left.filter(({ stored }) => stored !== undefined && this.#accepts(this.registration, stored));
    if (wasTrusted.length > 0 && !this.isUpset) this.wrongs.push(`${step} drops the CA of a replica that is served`);
    const secret = this.api.objects.get(path);
    if (secret !== undefined) this.#backups.push(secret);
  }

  // A replica that the API servers accept stays as it is until they can accept what is offered.
  #offer(replica: Replica, stored: StoredCertificates): void {
    if (servingProblems(inspectMaterial(stored.material, hostName), this.#nowMs).length > 0) return;
    const isServed = replica.stored !== undefined && this.#accepts(this.registration, replica.stored);
    if (!isServed || this.#accepts(this.registration, stored)) replica.stored = stored;
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
    if (secret !== undefined) this.#put(secret);
  }
}

type Json = Record<string, unknown> & { metadata: Record<string, unknown> };

class Died extends Error {}

/** Hands out a few key pairs in turn; two CAs that are trusted at one time never share one. */
export function poolOfKeys(size: number): MakeKeys {
  const pairs = Array.from({ length: size }, () =>
    generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    }),
  );
  let used = 0;
  return () => {
    used += 1;
    return Promise.resolve(pairs[used % size] ?? { publicKey: '', privateKey: '' });
  };
}
