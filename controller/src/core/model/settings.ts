/** A health check in the API's own fields (HealthCheck, doc 214/30694). What is left out is the cloud's default. */
export interface HealthCheck {
  readonly HealthSwitch?: 0 | 1;
  readonly CheckType?: string;
  /** Seconds. */
  readonly TimeOut?: number;
  /** Seconds. */
  readonly IntervalTime?: number;
  readonly HealthNum?: number;
  readonly UnHealthNum?: number;
  readonly HttpCode?: number;
  readonly HttpCheckPath?: string;
  readonly HttpCheckDomain?: string;
  readonly HttpCheckMethod?: string;
  readonly HttpVersion?: string;
  readonly CheckPort?: number;
  readonly SourceIpType?: number;
}

/** Ids of certificates in the SSL product. */
export interface Certificates {
  readonly mode: 'UNIDIRECTIONAL' | 'MUTUAL';
  /** One for each algorithm; sorted. */
  readonly ids: readonly string[];
  /** The CA of the clients' certificates; MUTUAL only. */
  readonly caId?: string;
}

/** Settings of a listener. A field that is left out is not compared and not changed. */
export interface ListenerSettings {
  readonly healthCheck?: HealthCheck;
  readonly scheduler?: string;
  /** Seconds; 0 is off. */
  readonly sessionExpireTime?: number;
  /** Unbinding a target ends its connections with RST. */
  readonly deregisterTargetRst?: boolean;
  /** TCP and UDP: living connections of a target move to others when it gets weight 0. */
  readonly rescheduleTargetZeroWeight?: boolean;
  /** The same when its health check fails. */
  readonly rescheduleUnhealthy?: boolean;
  /** Some of all living connections move when targets come or go. */
  readonly rescheduleExpandTarget?: boolean;
  /** Seconds until they begin to move. */
  readonly rescheduleStartTime?: number;
  /** Seconds within which they move. */
  readonly rescheduleInterval?: number;
  /** HTTP and HTTPS: connections to the targets are kept for further requests. */
  readonly keepalive?: boolean;
  /** HTTPS only; it can be turned on and never off. */
  readonly sniSwitch?: boolean;
  /** Only for HTTPS without SNI, TCP_SSL and QUIC; with SNI they belong to the rules. */
  readonly certificates?: Certificates;
}

/** Settings of a rule. A field that is left out is not compared and not changed. */
export interface RuleSettings {
  readonly healthCheck?: HealthCheck;
  readonly scheduler?: string;
  /** Seconds; 0 is off. */
  readonly sessionExpireTime?: number;
  /** The protocol towards the targets: HTTP, HTTPS, GRPC, GRPCS. */
  readonly forwardType?: string;
  /** Of the rule's whole domain. */
  readonly certificates?: Certificates;
  /** Of the rule's whole domain, HTTPS only: clients may speak HTTP/2. */
  readonly http2?: boolean;
  /** Requests for a host that has no rule go to the rules of this domain; one domain of a listener has it always. */
  readonly isDefault?: true;
}

/** Settings of a load balancer. A field that is left out is not compared and not changed. */
export interface LoadBalancerSettings {
  readonly name?: string;
  readonly deleteProtect?: boolean;
  /** The CLB's security groups apply to its targets too. */
  readonly passToTarget?: boolean;
  /** Ids, in the order in which they count. */
  readonly securityGroups?: readonly string[];
}

/** The fields of `desired` that `observed` has otherwise; empty when nothing has to be changed. */
export function changedSettings<S extends object>(desired: S, observed: S): Partial<S> {
  const names = Object.keys(desired) as (keyof S)[];
  return Object.fromEntries(
    names.filter((name) => differs(desired[name], observed[name])).map((name) => [name, desired[name]]),
  ) as Partial<S>;
}

/** Inside a setting too, only what is desired is compared. */
function differs(desired: unknown, observed: unknown): boolean {
  if (desired === undefined) return false;
  if (Array.isArray(desired)) return JSON.stringify(desired) !== JSON.stringify(observed);
  if (!isRecord(desired)) return desired !== observed;
  if (!isRecord(observed)) return true;
  return Object.entries(desired).some(([name, value]) => differs(value, observed[name]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
