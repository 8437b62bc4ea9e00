import type { KeyPair, UploadedCertificate } from '../core/model/certificate.ts';
import { apiError, refused } from './fake-load-balancer.ts';

interface Stored extends UploadedCertificate {
  readonly clusterId: string;
  readonly privateKey: string;
}

type Action = 'listCertificates' | 'isCertificateUsed' | 'uploadCertificate' | 'deleteCertificate';

/** The SSL product in memory, as the port shows it. */
export class FakeCertificates {
  readonly stored = new Map<string, Stored>();
  /** Each "upload one cert-1" or "delete cert-1". */
  readonly writes: string[] = [];
  /** Thrown instead of doing the action. */
  fail: (action: Action) => Error | undefined = () => undefined;
  /** Whether an upload or a deletion is done and its answer is lost. */
  loseAnswer: (action: Action) => boolean = () => false;
  /** How many of the newest the list does not show yet. */
  hidden = 0;
  readonly #isShown: (id: string) => boolean;
  #last = 0;

  /** `isShown`: some CLB has it. */
  constructor(isShown: (id: string) => boolean) {
    this.#isShown = isShown;
  }

  ids(fingerprint?: string): readonly string[] {
    const all = [...this.stored.values()];
    return all.filter((one) => fingerprint === undefined || one.fingerprint === fingerprint).map(({ id }) => id);
  }

  /** By hand, or by another install. */
  add(id: string, fingerprint: string, clusterId: string): void {
    this.stored.set(id, { id, fingerprint, clusterId, privateKey: '' });
  }

  async list(clusterId: string): Promise<readonly UploadedCertificate[]> {
    await this.#enter('listCertificates');
    const own = [...this.stored.values()].filter((one) => one.clusterId === clusterId);
    return own.slice(0, Math.max(0, own.length - this.hidden)).map(({ id, fingerprint }) => ({ id, fingerprint }));
  }

  async isUsed(id: string): Promise<boolean> {
    await this.#enter('isCertificateUsed');
    return this.#isShown(id);
  }

  /** As the client of the API does it: an upload that is there already is found. */
  async upload({ fingerprint, privateKey }: KeyPair, clusterId: string): Promise<string> {
    await this.#enter('uploadCertificate');
    const same = [...this.stored.values()].find(
      (one) => one.fingerprint === fingerprint && one.clusterId === clusterId,
    );
    const id = same?.id ?? `cert-${(this.#last += 1)}`;
    if (same === undefined)
      this.#wrote(`upload ${fingerprint} ${id}`, () => this.stored.set(id, { id, fingerprint, clusterId, privateKey }));
    this.#answer('uploadCertificate');
    return id;
  }

  /** One that a CLB shows can be deleted, as the API allows it. */
  async delete(id: string): Promise<void> {
    await this.#enter('deleteCertificate');
    if (!this.stored.has(id)) throw refused('FailedOperation.CertificateNotFound', `the test has no certificate ${id}`);
    this.#wrote(`delete ${id}${this.#isShown(id) ? ' although it is used' : ''}`, () => this.stored.delete(id));
    this.#answer('deleteCertificate');
  }

  #wrote(what: string, write: () => void): void {
    this.writes.push(what);
    write();
  }

  async #enter(action: Action): Promise<void> {
    await Promise.resolve();
    const error = this.fail(action);
    if (error !== undefined) throw error;
  }

  #answer(action: Action): void {
    if (this.loseAnswer(action)) throw apiError('transient', 'Timeout', 'the answer was lost');
  }
}
