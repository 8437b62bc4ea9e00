/** What the loops need of a CLB, in our words; controller/src/clb implements it with Tencent's SDK. */
export interface ClbPort {
  /** Undefined means that no such CLB exists. */
  describeLoadBalancer(id: string, signal: AbortSignal): Promise<LoadBalancer | undefined>;
  /** All listeners of the CLB, those of other owners too. */
  describeListeners(id: string, signal: AbortSignal): Promise<readonly Listener[]>;
  /** An empty list asks nothing and returns []: to the API it would mean every listener. */
  describeTargets(id: string, listenerIds: readonly string[], signal: AbortSignal): Promise<readonly ObservedTarget[]>;
  /** CLBs that do not exist are left out of the answer. */
  describeHealth(ids: readonly string[], signal: AbortSignal): Promise<readonly TargetHealth[]>;
  /** What the CLB refused comes back, call by call; what it did not do at all is thrown. */
  createListeners(id: string, specs: readonly ListenerSpec[], signal: AbortSignal): Promise<readonly ListenerRefusal[]>;
  deleteListener(id: string, listenerId: string, signal: AbortSignal): Promise<void>;
  /** What the CLB refused comes back per listener; what it did not do at all is thrown. */
  register(id: string, targets: readonly TargetSpec[], signal: AbortSignal): Promise<readonly Refusal[]>;
  deregister(id: string, targets: readonly TargetRef[], signal: AbortSignal): Promise<readonly Refusal[]>;
  setWeight(id: string, targets: readonly TargetRef[], weight: number, signal: AbortSignal): Promise<void>;
}

export type Protocol = 'TCP' | 'UDP';

export interface LoadBalancer {
  readonly id: string;
  readonly name: string;
  readonly vips: readonly string[];
  readonly domain: string | undefined;
  readonly vpcId: string;
  readonly usable: boolean;
}

export interface Listener {
  readonly id: string;
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
}

export interface ListenerSpec {
  readonly name: string;
  readonly protocol: Protocol;
  readonly port: number;
  readonly healthCheck?: HealthCheckSpec;
}

/** What is not said here is the cloud's default: every 5 s, 2 s to answer, 3 times each way. */
export interface HealthCheckSpec {
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyCount: number;
  readonly unhealthyCount: number;
}

export interface TargetRef {
  readonly listenerId: string;
  readonly ip: string;
  readonly port: number;
}

export interface TargetSpec extends TargetRef {
  readonly weight: number;
  readonly tag: string;
}

export interface ObservedTarget extends TargetRef {
  readonly weight: number;
  readonly tag: string | undefined;
}

/** The CLB's own words; Close means that the listener checks nothing. */
export type Health = 'Alive' | 'Dead' | 'Unknown' | 'Close';

export interface TargetHealth extends TargetRef {
  readonly loadBalancerId: string;
  readonly health: Health;
}

/** A listener whose targets the CLB did not take, in its own words. */
export interface Refusal {
  readonly listenerId: string;
  readonly message: string;
  /** Set when the call was refused as a whole. */
  readonly cause?: CloudError;
}

/** Listeners that one call did not make, all of them for one reason. */
export interface ListenerRefusal {
  readonly specs: readonly ListenerSpec[];
  readonly cause: CloudError;
}

/** Will asking again help? */
export type CloudErrorKind = 'throttled' | 'busy' | 'transient' | 'gone' | 'refused' | 'quota' | 'credentials';

/** The cloud said no, or nothing; the message is a sentence for the person who reads the event. */
export class CloudError extends Error {
  override readonly name = 'CloudError';
  /** The message says it all, so the log leaves out the stack. */
  readonly explained = true;
  readonly kind: CloudErrorKind;
  readonly code: string;
  readonly requestId: string | undefined;
  readonly action: string;

  constructor(
    message: string,
    about: { kind: CloudErrorKind; code: string; action: string; requestId?: string | undefined; cause?: unknown },
  ) {
    super(message, about.cause === undefined ? undefined : { cause: about.cause });
    this.kind = about.kind;
    this.code = about.code;
    this.requestId = about.requestId;
    this.action = about.action;
  }
}
