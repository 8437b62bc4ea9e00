/**
 * How much is known about a code: "observed", it was seen from the cloud in the situation in which the emulator sends
 * it; "assumed", the API lists it and the situation is our reading of its name.
 */
interface CodeFacts {
  evidence: 'observed' | 'assumed';
  /** When the emulator sends it. */
  when: string;
  /** Where it was seen, or what speaks for it. */
  source: string;
}

const common = 'common error codes of the API documentation';
const listed = 'error list of the CLB API';
const ofSsl = 'error list of the SSL API';
const ofVpc = 'error list of the VPC API';

/** Every error code that the emulator sends by itself (faults may send any). */
export const errorCodes = {
  'AuthFailure.InvalidAuthorization': {
    evidence: 'assumed',
    when: 'the Authorization header is missing or is not TC3-HMAC-SHA256',
    source: common,
  },
  'AuthFailure.SecretIdNotFound': {
    evidence: 'observed',
    when: 'the secret id does not exist, or was revoked',
    source: 'text as clients of the gateway quote it',
  },
  'AuthFailure.SignatureExpire': {
    evidence: 'observed',
    when: 'X-TC-Timestamp is off by more than 300 s',
    source: 'signature documentation of the API',
  },
  'AuthFailure.SignatureFailure': {
    evidence: 'observed',
    when: 'the signature is not that of this key and request',
    source: 'text as clients of the gateway quote it',
  },
  'AuthFailure.TokenFailure': {
    evidence: 'assumed',
    when:
      'the token of a temporary credential is missing, wrong or expired; a permanent credential comes with a token ' +
      '(off unless set)',
    source: 'text of a missing or wrong token as clients of the gateway quote it',
  },
  FailedOperation: {
    evidence: 'assumed',
    when:
      'the present settings do not allow it (a certificate that is not in use, ' +
      'the target of a redirection is deleted)',
    source: listed,
  },
  'FailedOperation.CertificateInvalid': {
    evidence: 'assumed',
    when: 'UploadCertificate with a certificate or a key that cannot be read',
    source: ofSsl,
  },
  'FailedOperation.CertificateMismatch': {
    evidence: 'assumed',
    when: 'UploadCertificate with a key that is not that of the certificate',
    source: ofSsl,
  },
  'FailedOperation.CertificateNotFound': {
    evidence: 'assumed',
    when: 'DeleteCertificate of a certificate that does not exist',
    source: ofSsl,
  },
  'FailedOperation.FrequencyCheckRisk': {
    evidence: 'assumed',
    when: '30 load balancers of a region were deleted in five minutes',
    source: 'documentation of DeleteLoadBalancer',
  },
  'FailedOperation.NoListenerInLB': {
    evidence: 'assumed',
    when: 'DeleteLoadBalancerListeners without ListenerIds where there are no listeners',
    source: listed,
  },
  'FailedOperation.ResourceInOperating': {
    evidence: 'observed',
    when: 'a write while another one runs on the load balancer; two texts',
    source: 'certimate issue 861, terraform provider issue 2924',
  },
  'FailedOperation.TargetNumCheckRisk': {
    evidence: 'assumed',
    when: 'DeleteLoadBalancer without ForceDelete where 20 targets or more are bound',
    source: 'documentation of DeleteLoadBalancer',
  },
  InternalError: { evidence: 'assumed', when: 'a fault of the emulator itself', source: common },
  InvalidAction: { evidence: 'assumed', when: 'an action that the emulator does not have', source: common },
  InvalidParameter: {
    evidence: 'observed',
    when: 'a field has another type; a target is not bound; an id of a list is not found',
    source: 'terraform provider: deregistering a missing target; the rest is assumed',
  },
  'InvalidParameter.Coexist': {
    evidence: 'assumed',
    when: 'a policy of a security group with CidrBlock and Ipv6CidrBlock',
    source: ofVpc,
  },
  'InvalidParameter.FormatError': {
    evidence: 'assumed',
    when: 'an address, a URL, a domain, a NextToken, a character that a name or ClientToken cannot have',
    source: listed,
  },
  'InvalidParameter.InvalidFilter': {
    evidence: 'assumed',
    when: 'a filter that the action does not have',
    source: listed,
  },
  'InvalidParameter.LBIdNotFound': {
    evidence: 'observed',
    when: 'the load balancer does not exist in the region',
    source: 'text "LoadBalancer not exist" as controllers match it',
  },
  'InvalidParameter.ListenerIdNotFound': { evidence: 'assumed', when: 'the listener does not exist', source: listed },
  'InvalidParameter.LocationNotFound': {
    evidence: 'assumed',
    when: 'the rule or domain does not exist',
    source: listed,
  },
  'InvalidParameter.PortCheckFailed': {
    evidence: 'assumed',
    when: 'a port of a new listener is taken; AutoRewrite on another port than 443',
    source: listed,
  },
  'InvalidParameter.ProtocolCheckFailed': {
    evidence: 'assumed',
    when: 'the action or field is not for listeners of this protocol',
    source: listed,
  },
  'InvalidParameter.RewriteAlreadyExist': {
    evidence: 'assumed',
    when: 'the rule redirects already, is the target of a redirection, or redirects to one that does',
    source: listed,
  },
  'InvalidParameter.SomeRewriteNotFound': { evidence: 'assumed', when: 'there is no such redirection', source: listed },
  'InvalidParameter.WebIdentityTokenError': {
    evidence: 'assumed',
    when: 'STS: the web identity token is expired',
    source: 'error list of STS',
  },
  InvalidParameterValue: { evidence: 'assumed', when: 'a value that is not one of those allowed', source: listed },
  'InvalidParameterValue.Duplicate': {
    evidence: 'assumed',
    when: 'a VIP, a rule or a target is there already, or twice in one request',
    source: listed,
  },
  'InvalidParameterValue.Length': {
    evidence: 'observed',
    when: 'a list or text is too long or too short',
    source: '"Length of .Ports should be less than 50" (tke-extend-network-controller); the code is assumed',
  },
  'InvalidParameterValue.Range': { evidence: 'assumed', when: 'a number is out of range', source: listed },
  LimitExceeded: {
    evidence: 'observed',
    when: 'a quota would be exceeded; what is bound and what is asked for are added, duplicates too',
    source: 'bk-hcm, comment in tcloud/listener.go',
  },
  MissingParameter: { evidence: 'assumed', when: 'a field that is required is missing', source: common },
  NoSuchVersion: { evidence: 'assumed', when: 'X-TC-Version is not 2018-03-17', source: common },
  OperationDenied: { evidence: 'assumed', when: 'the load balancer is protected from deletion', source: listed },
  RequestLimitExceeded: {
    evidence: 'observed',
    when: 'more requests in a second than the limit for the action and caller; texts in Chinese and English',
    source: 'the same gateway before other products',
  },
  'RequestLimitExceeded.UinLimitExceeded': {
    evidence: 'assumed',
    when: 'more requests in a second than the main account may send; off unless set',
    source: common,
  },
  ResourceInsufficient: { evidence: 'assumed', when: 'no VIP is free', source: listed },
  ResourceInUse: {
    evidence: 'assumed',
    when: 'DeleteSecurityGroup of a group that a load balancer has',
    source: ofVpc,
  },
  ResourceNotFound: { evidence: 'assumed', when: 'the security group does not exist', source: ofVpc },
  'ResourceNotFound.RoleNotExist': {
    evidence: 'assumed',
    when: 'STS: the role does not exist',
    source: 'error list of STS',
  },
  UnauthorizedOperation: { evidence: 'assumed', when: 'the caller may not use the action', source: common },
  UnknownParameter: { evidence: 'assumed', when: 'a field that the action does not have', source: common },
  UnsupportedOperation: { evidence: 'assumed', when: 'something that the emulator does not have', source: common },
  'UnsupportedOperation.VersionMismatch': {
    evidence: 'assumed',
    when: 'ModifySecurityGroupPolicies with a Version that is not the latest',
    source: ofVpc,
  },
  UnsupportedRegion: { evidence: 'assumed', when: 'X-TC-Region is not a region of the emulator', source: common },
} satisfies Record<string, CodeFacts>;

/** A code that the emulator sends by itself. */
export type ErrorCode = keyof typeof errorCodes;

/** The page of codes for people, one row each. */
export function renderErrorCodes(): string {
  const rows = Object.entries(errorCodes).map(
    ([code, { evidence, when, source }]) => `| \`${code}\` | ${evidence} | ${when} | ${source} |`,
  );
  return ['| code | evidence | when | source |', '| --- | --- | --- | --- |', ...rows].join('\n');
}
