/** How loud a finding is: the type of the Event that shows it. */
export type Severity = 'Normal' | 'Warning';

/**
 * Why a finding exists: the `reason` of its Event. docs/operations.md has a row for each, and a test compares the two.
 */
export const controllerReasons = [
  'AdoptionPlanned',
  'AdoptionRefused',
  'AnnotationMalformed',
  'AnnotationUnknown',
  'AnnotationWithoutEffect',
  'AnnotationWrittenBack',
  'BackendNotFound',
  'CertificateExpiring',
  'CertificateUnusable',
  'CloudRefused',
  'CloudThrottled',
  'CloudUnavailable',
  'CredentialsRefused',
  'EndpointsNotBound',
  'EndpointsUnreadable',
  'FieldWithoutEffect',
  'ForeignTarget',
  'HealthCheckAcceptsAnyStatus',
  'HealthCheckFailing',
  'HealthCheckChanged',
  'HealthCheckFromProbe',
  'HealthCheckOff',
  'HealthCheckRestarted',
  'HostUnsupported',
  'IpModeUnsupported',
  'LastTargetsKept',
  'LeftToTke',
  'ListenerAdopted',
  'ListenerConflict',
  'ListenerHandedOver',
  'ListenerKept',
  'ListenerMissing',
  'ListenerNotFound',
  'ListenerNotUsable',
  'ListenerRenamed',
  'ListenerReplaced',
  'ListenerRestored',
  'ListenerSettingsChanged',
  'LoadBalancerAmbiguous',
  'LoadBalancerBusy',
  'LoadBalancerCountsAsDeleted',
  'LoadBalancerCreated',
  'LoadBalancerCreating',
  'LoadBalancerDeleted',
  'LoadBalancerEnsured',
  'LoadBalancerGone',
  'LoadBalancerHealthCheckOff',
  'LoadBalancerIdMalformed',
  'LoadBalancerInOtherVpc',
  'LoadBalancerKept',
  'LoadBalancerLimitReached',
  'LoadBalancerMoving',
  'LoadBalancerNetworkGroupReady',
  'LoadBalancerNotAllowed',
  'LoadBalancerNotDeleted',
  'LoadBalancerNotFound',
  'LoadBalancerNotNamed',
  'LoadBalancerNotReady',
  'LoadBalancerPingOnly',
  'LoadBalancerRecovered',
  'LoadBalancerResourceGone',
  'LoadBalancerWaitLimitReached',
  'LoadBalancerWeightZero',
  'LoopbackPossible',
  'MarkMissing',
  'NoLoadBalancerSelectsPod',
  'NoNodeFits',
  'NoPodFits',
  'NodePortMissing',
  'NodesUnreadable',
  'ObjectUnreadable',
  'PathUnsupported',
  'PodsNotBound',
  'ProtocolUnsupported',
  'QuotaReached',
  'RedirectByHand',
  'RemovalWithheld',
  'RuleByHand',
  'RuleConflict',
  'SelectorMissing',
  'SessionTimeChanged',
  'Skipped',
  'SnatProOff',
  'SourceRangeMalformed',
  'SourceRangesNotApplied',
  'SourceRangesRestored',
  'TargetConflict',
  'TargetMissing',
  'TargetWeightChanged',
  'TargetsWithoutGate',
  'TkeServiceConfigMalformed',
  'TkeServiceConfigNotFound',
  'TkeServiceConfigNotWritten',
  'TypeNotLoadBalancer',
  'Uninstalled',
] as const;

export const webhookReasons = [
  'CertificateRenewed',
  'CertificateWarning',
  'CertificatesMade',
  'CertificatesReplaced',
  'CniSettingsUnreadable',
  'DeletedUndrained',
  'FieldsNotKept',
  'GatesPaused',
  'GatesResumed',
  'RegistrationContested',
  'RegistrationRepaired',
  'RotationBegan',
  'RotationEnded',
  'RotationRefused',
  'RotationSwitched',
  'SecretContested',
  'SecretRestored',
  'ServiceContested',
  'ServiceRepaired',
] as const;

/** Reasons of both programs. */
export const commonReasons = ['ClockSkewed', 'RightsMissing'] as const;

export type FindingReason = (typeof controllerReasons | typeof webhookReasons | typeof commonReasons)[number];

/**
 * Something that a person should know about an object. Events, logs, conditions and gate messages are written from it.
 */
export interface Finding {
  readonly severity: Severity;
  readonly reason: FindingReason;
  /** What is wrong, where, and what to write instead. */
  readonly message: string;
  /** How often it may be said. Without it, as the reporter was created. */
  readonly repeat?: Repeat;
}

/** When something that is still true is said again. */
export interface Repeat {
  /**
   * `message`: another message of the same reason is said at once. `reason`: whatever the message says now, it waits.
   */
  readonly by: 'message' | 'reason';
  readonly afterMs: number;
  /** What of the object it is about, such as one of its ports: findings about different ones are said apart. */
  readonly part?: string;
  /** An object that was deleted and made again counts as the same one, although its UID differs. */
  readonly acrossUids?: boolean;
}

/** For what stays until a person has time for it. */
export const hourly: Repeat = { by: 'reason', afterMs: 3_600_000 };
