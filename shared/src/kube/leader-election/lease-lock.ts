import { isAlreadyExists, isConflict, isNotFound, type KubeApi, type KubeCall } from '../client/kube-api.ts';
import { leaseExpiryMs } from './lease-expiry.ts';
import { lease as leasePath, leases } from '../client/paths.ts';

interface LeaseSpec {
  readonly holderIdentity?: string | null;
  readonly leaseDurationSeconds?: number | null;
  readonly leaseTransitions?: number | null;
  readonly acquireTime?: string | null;
  readonly renewTime?: string | null;
}

interface Lease {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly spec?: LeaseSpec | null;
}

// The field is an int32.
const lastEpoch = 2_147_483_647;

export interface LeaseLockOptions {
  readonly api: KubeApi;
  readonly namespace: string;
  readonly name: string;
  readonly holder: string;
  /** The prefix of `holder` that all processes of this pod share. */
  readonly identity: string;
  readonly durationMs: number;
  /** How long an earlier process of this pod must have been silent: it ended before this one started. */
  readonly ownPastMs: number;
  /** Deadline of one request. A write that takes longer is worth nothing by then. */
  readonly tryMs: number;
  /** See `LeaseOptions`. */
  readonly startingMark?: string;
}

/** The Lease object: every write carries the resource version last seen, so of two writers one always fails. */
export interface LeaseLock {
  /** The epoch of the new term, or undefined while another process holds the Lease. */
  tryAcquire(signal: AbortSignal): Promise<number | undefined>;
  /** How long the present holder may still be silent before the Lease counts as free; 0 = try now. */
  freeInMs(): number;
  /** Takes in the Lease as a watch shows it; undefined: it was deleted. */
  saw(lease: unknown): void;
  /** False when another process holds it or it was deleted. */
  renew(signal: AbortSignal): Promise<boolean>;
  /** From the next renewal on the Lease no longer says that its holder is starting. */
  started(): void;
  /** Other candidates can acquire it at once. */
  release(signal: AbortSignal): Promise<void>;
}

export function createLeaseLock(options: LeaseLockOptions): LeaseLock {
  return new ObservedLease(options);
}

class ObservedLease implements LeaseLock {
  readonly #options: LeaseLockOptions;
  #lease: Lease | undefined;
  /**
   * What the holder last wrote, and when it changed by our own clock. The times in it are never compared with our
   * clock.
   */
  #seen = { spec: '', at: 0 };
  #isStarting = false;

  constructor(options: LeaseLockOptions) {
    this.#options = options;
  }

  async tryAcquire(signal: AbortSignal): Promise<number | undefined> {
    const known = await this.#read(signal);
    if (known !== undefined && this.freeInMs() > 0) return undefined;
    const epoch = ((known?.spec?.leaseTransitions ?? 0) % lastEpoch) + 1;
    this.#isStarting = true;
    const acquireTime = microTime();
    const spec = { ...this.#claim(), acquireTime, renewTime: acquireTime, leaseTransitions: epoch };
    try {
      await (known === undefined ? this.#create(spec, signal) : this.#write(spec, signal));
      return epoch;
    } catch (error) {
      if (isLostRace(error)) return undefined;
      throw error;
    }
  }

  freeInMs(): number {
    const { holderIdentity, leaseDurationSeconds } = this.#lease?.spec ?? {};
    if (!holderIdentity || holderIdentity === this.#options.holder) return 0;
    const patienceMs = this.#patienceMs(holderIdentity, leaseDurationSeconds ?? 0);
    return Math.max(0, this.#seen.at + patienceMs - performance.now());
  }

  saw(lease: unknown): void {
    if (lease === undefined) this.#lease = undefined;
    else this.#observe(lease as Lease);
  }

  async renew(signal: AbortSignal): Promise<boolean> {
    return await this.#writeIfOurs({ ...this.#claim(), renewTime: microTime() }, signal);
  }

  started(): void {
    this.#isStarting = false;
  }

  async release(signal: AbortSignal): Promise<void> {
    await this.#writeIfOurs({ holderIdentity: '', leaseDurationSeconds: 1, renewTime: microTime() }, signal);
  }

  /**
   * A conflict may come from our own write whose answer was lost, or from an annotation: read it, then write once more.
   */
  async #writeIfOurs(spec: LeaseSpec, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#write(spec, signal);
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      if (!isConflict(error)) throw error;
    }
    const known = await this.#read(signal);
    if (known?.spec?.holderIdentity !== this.#options.holder) return false;
    await this.#write(spec, signal);
    return true;
  }

  #patienceMs(holderIdentity: string, leaseDurationSeconds: number): number {
    const { identity, ownPastMs, durationMs } = this.#options;
    if (holderIdentity.startsWith(`${identity}_`)) return ownPastMs;
    return leaseExpiryMs({ durationMs, leaseDurationSeconds });
  }

  #claim(): LeaseSpec {
    const { holder, durationMs } = this.#options;
    return { holderIdentity: holder, leaseDurationSeconds: Math.ceil(durationMs / 1_000) };
  }

  async #read(signal: AbortSignal): Promise<Lease | undefined> {
    const { namespace, name } = this.#options;
    try {
      return this.#observe(await this.#call({ method: 'GET', path: leasePath(namespace, name), signal }));
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #create(spec: LeaseSpec, signal: AbortSignal): Promise<void> {
    const { namespace, name } = this.#options;
    const metadata = this.#marked({ namespace, name }, spec);
    const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
    this.#observe(await this.#call({ method: 'POST', path: leases(namespace), body, signal }));
  }

  async #write(changes: LeaseSpec, signal: AbortSignal): Promise<void> {
    const { namespace, name } = this.#options;
    const metadata = this.#marked(this.#lease?.metadata ?? {}, changes);
    const body = { ...this.#lease, metadata, spec: { ...this.#lease?.spec, ...changes } };
    this.#observe(await this.#call({ method: 'PUT', path: leasePath(namespace, name), body, signal }));
  }

  /** A mark that an earlier holder left says nothing of this one, and goes. */
  #marked(metadata: Lease['metadata'], { holderIdentity }: LeaseSpec): Lease['metadata'] {
    const { startingMark: mark } = this.#options;
    if (mark === undefined) return metadata;
    const annotations: Record<string, string> = { ...(metadata['annotations'] ?? {}) };
    const isStarting = this.#isStarting && holderIdentity === this.#options.holder;
    Reflect.deleteProperty(annotations, mark);
    return { ...metadata, annotations: isStarting ? { ...annotations, [mark]: holderIdentity } : annotations };
  }

  async #call(call: KubeCall): Promise<Lease> {
    return await this.#options.api.call<Lease>({ ...call, timeoutMs: this.#options.tryMs });
  }

  #observe(lease: Lease): Lease {
    const spec = JSON.stringify(lease.spec);
    if (spec !== this.#seen.spec) this.#seen = { spec, at: performance.now() };
    this.#lease = lease;
    return lease;
  }
}

function isLostRace(error: unknown): boolean {
  return isConflict(error) || isAlreadyExists(error) || isNotFound(error);
}

/** Kubernetes' MicroTime has exactly six digits after the point. */
function microTime(): string {
  return new Date().toISOString().replace('Z', '000Z');
}
