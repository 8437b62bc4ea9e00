/** How loud a finding is: the type of the Event that shows it. */
export type Severity = 'Normal' | 'Warning';

/** Why a finding exists: the `reason` of its Event. docs/operations.md has a row for each, and a test compares the two. */
export const controllerReasons = [
  'AnnotationMalformed',
  'CloudRefused',
  'CloudThrottled',
  'CloudUnavailable',
  'CredentialsRefused',
  'HealthCheckFailing',
  'LeftToTke',
  'ListenerConflict',
  'ListenerMissing',
  'ListenerRestored',
  'LoadBalancerBusy',
  'LoadBalancerEnsured',
  'LoadBalancerHealthCheckOff',
  'LoadBalancerIdMalformed',
  'LoadBalancerInOtherVpc',
  'LoadBalancerNetworkGroupReady',
  'LoadBalancerNotFound',
  'LoadBalancerNotNamed',
  'LoadBalancerNotReady',
  'LoadBalancerRecovered',
  'LoadBalancerResourceGone',
  'LoadBalancerWaitLimitReached',
  'NoLoadBalancerSelectsPod',
  'NoPodFits',
  'ProtocolUnsupported',
  'QuotaReached',
  'RemovalWithheld',
  'RuleConflict',
  'SelectorMissing',
  'TargetsWithoutGate',
  'TypeNotLoadBalancer',
  'Uninstalled',
] as const;

export const webhookReasons = [
  'CertificateRenewed',
  'CertificateWarning',
  'CertificatesMade',
  'CertificatesReplaced',
  'ClockSkewed',
  'RegistrationContested',
  'RegistrationRepaired',
  'RightsMissing',
  'RotationBegan',
  'RotationEnded',
  'RotationRefused',
  'RotationSwitched',
  'SecretContested',
  'SecretRestored',
  'ServiceContested',
  'ServiceRepaired',
] as const;

export type FindingReason = (typeof controllerReasons | typeof webhookReasons)[number];

/** Something that a person should know about an object. Events, logs, conditions and gate messages are written from it. */
export interface Finding {
  readonly severity: Severity;
  readonly reason: FindingReason;
  /** What is wrong, where, and what to write instead. */
  readonly message: string;
  /** Said about one object at most this often, in whatever words; for what stays until a person has time for it. */
  readonly repeatMs?: number;
}
