import type { HealthCheck as HealthCheckRequest } from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import { ApiError } from '../../errors/api-error.ts';
import type { HealthCheck, Protocol } from '../../state/model.ts';

type CheckType = HealthCheck['CheckType'];

/** What is checked: the protocol of the listener, and of a rule its domain and how it forwards. */
interface Checked {
  protocol: Protocol;
  domain?: string | undefined;
  forwardType?: string | undefined;
}

/** By the protocol of the listener; the first is the default (clb_models, HealthCheck.CheckType). */
const checkTypes: Record<Protocol, readonly CheckType[]> = {
  TCP: ['TCP', 'HTTP', 'CUSTOM'],
  UDP: ['PING', 'CUSTOM'],
  TCP_SSL: ['TCP', 'HTTP'],
  QUIC: ['TCP', 'HTTP'],
  HTTP: ['HTTP', 'GRPC'],
  HTTPS: ['HTTP', 'HTTPS', 'GRPC'],
};

const refuse = (why: string) => new ApiError('InvalidParameterValue', `HealthCheck: ${why}.`);

function checkTypeOf({ CheckType: wanted }: HealthCheckRequest, { protocol, forwardType = '' }: Checked): CheckType {
  const allowed = checkTypes[protocol];
  // Of a rule the default is how it forwards.
  const usual = allowed.find((type) => type === forwardType.replace(/^GRPCS$/, 'GRPC')) ?? allowed[0] ?? 'TCP';
  const found = allowed.find((type) => type === (wanted ?? usual));
  if (found) return found;
  throw refuse(`CheckType ${wanted ?? ''} does not go with protocol ${protocol}`);
}

const isPlainDomain = (domain: string) => /^[\w.-]+$/.test(domain);

/** A domain with a wildcard or a regular expression cannot be asked for: the check names another (doc 214/9032). */
export function requireCheckDomain(check: HealthCheck, domains: readonly string[]): void {
  if (check.HealthSwitch === 0 || check.HttpCheckDomain !== '' || isPlainDomain(domains[0] ?? '')) return;
  throw refuse(`HttpCheckDomain is needed for the domain ${domains[0] ?? ''}`);
}

/** On a TCP listener an HTTP check must name its domain and its version (clb_models). */
function checkHttpOnTcp({ HttpCheckDomain, HttpVersion }: HealthCheckRequest): void {
  if (HttpCheckDomain === undefined) throw refuse('HttpCheckDomain is needed for CheckType HTTP');
  if (HttpVersion === 'HTTP/1.0' || HttpVersion === 'HTTP/1.1') return;
  throw refuse('HttpVersion must be HTTP/1.0 or HTTP/1.1');
}

function httpFields(request: HealthCheckRequest, { protocol, domain = '' }: Checked) {
  if (protocol === 'TCP') checkHttpOnTcp(request);
  return {
    HttpCode: request.HttpCode ?? 31,
    HttpCheckPath: request.HttpCheckPath ?? '/',
    HttpCheckDomain: request.HttpCheckDomain ?? (isPlainDomain(domain) ? domain : ''),
    HttpCheckMethod: request.HttpCheckMethod === 'GET' ? ('GET' as const) : ('HEAD' as const),
    HttpVersion: request.HttpVersion ?? 'HTTP/1.1',
  };
}

const noHttp = {
  HttpCode: null,
  HttpCheckPath: null,
  HttpCheckDomain: null,
  HttpCheckMethod: null,
  HttpVersion: null,
};

function customFields({ ContextType: type, SendContext, RecvContext }: HealthCheckRequest) {
  if (type === undefined || SendContext === undefined || RecvContext === undefined) {
    throw refuse('ContextType, SendContext and RecvContext are needed for CheckType CUSTOM');
  }
  const contexts = [SendContext, RecvContext];
  if (type === 'HEX' && !contexts.every((context) => /^([0-9A-F]{2})*$/.test(context))) {
    throw refuse('with ContextType HEX the contexts are pairs of 0-9 and A-F');
  }
  if (!contexts.every((context) => /^[\x20-\x7e]*$/.test(context))) throw refuse('contexts are visible ASCII');
  return { ContextType: type === 'HEX' ? ('HEX' as const) : ('TEXT' as const), SendContext, RecvContext };
}

const noCustom = { ContextType: null, SendContext: null, RecvContext: null };

function paceOf(request: HealthCheckRequest) {
  const { TimeOut = 2, IntervalTime = 5, HealthNum = 3, UnHealthNum = 3 } = request;
  // The default may meet it: an IntervalTime of 2 alone is accepted.
  if (request.TimeOut !== undefined && TimeOut >= IntervalTime) throw refuse('TimeOut must be less than IntervalTime');
  return { TimeOut, IntervalTime, HealthNum, UnHealthNum };
}

/** The health check of a new listener or rule: what was asked for, the cloud's defaults for the rest. */
export function toHealthCheck(request: HealthCheckRequest, of: Checked): HealthCheck {
  const type = checkTypeOf(request, of);
  return {
    HealthSwitch: request.HealthSwitch === 0 ? 0 : 1,
    CheckType: type,
    ...paceOf(request),
    ...(['HTTP', 'HTTPS', 'GRPC'].includes(type) ? httpFields(request, of) : noHttp),
    CheckPort: request.CheckPort === undefined || request.CheckPort <= 0 ? null : request.CheckPort,
    SourceIpType: request.SourceIpType ?? 1,
    ...(type === 'CUSTOM' ? customFields(request) : noCustom),
    ExtendedCode: type === 'GRPC' ? (request.ExtendedCode ?? '12') : null,
  };
}

/** A health check with some fields changed; the others stay, as far as they go with its type. */
export function changeHealthCheck(before: HealthCheck, request: HealthCheckRequest, of: Checked): HealthCheck {
  const kept = Object.fromEntries(Object.entries(before).filter(([, value]) => value !== null));
  const pace = request.IntervalTime !== undefined && request.TimeOut === undefined ? { TimeOut: undefined } : {};
  const merged = { ...kept, ...pace, ...request } as HealthCheckRequest;
  return toHealthCheck(merged, of);
}
