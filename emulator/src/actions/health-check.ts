import type { HealthCheck as HealthCheckRequest } from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import { ApiError } from '../api/api-error.ts';
import type { HealthCheck } from '../state/model.ts';
import { fields, integer, oneOf, text } from './fields.ts';

export const healthCheckSchema = fields({
  HealthSwitch: oneOf(0, 1),
  TimeOut: integer(2, 60),
  IntervalTime: integer(2, 300),
  HealthNum: integer(2, 10),
  UnHealthNum: integer(2, 10),
  HttpCode: integer(1, 31),
  HttpCheckPath: text(),
  HttpCheckDomain: text(),
  HttpCheckMethod: oneOf('HEAD', 'GET'),
  CheckPort: integer(-1, 65535),
  ContextType: oneOf('HEX', 'TEXT'),
  SendContext: text(500),
  RecvContext: text(500),
  CheckType: text(),
  HttpVersion: text(),
  SourceIpType: integer(0, 1),
  ExtendedCode: text(),
});

const refuse = (why: string) => new ApiError('InvalidParameterValue', `HealthCheck: ${why}.`);

function checkTypeOf(request: HealthCheckRequest, protocol: 'TCP' | 'UDP'): HealthCheck['CheckType'] {
  const type = request.CheckType ?? (protocol === 'TCP' ? 'TCP' : 'PING');
  if (type === 'CUSTOM') throw new ApiError('UnsupportedOperation', 'The emulator has no CUSTOM health checks yet.');
  if (protocol === 'TCP' && (type === 'TCP' || type === 'HTTP')) return type;
  if (protocol === 'UDP' && type === 'PING') return type;
  throw refuse(`CheckType ${type} does not go with protocol ${protocol}`);
}

function httpFields(request: HealthCheckRequest) {
  // The API's notes: on a TCP listener an HTTP check must name its domain and its version.
  if (request.HttpCheckDomain === undefined) throw refuse('HttpCheckDomain is needed for CheckType HTTP');
  if (request.HttpVersion !== 'HTTP/1.0' && request.HttpVersion !== 'HTTP/1.1') {
    throw refuse('HttpVersion must be HTTP/1.0 or HTTP/1.1');
  }
  return {
    HttpCode: request.HttpCode ?? 31,
    HttpCheckPath: request.HttpCheckPath ?? '/',
    HttpCheckDomain: request.HttpCheckDomain,
    HttpCheckMethod: request.HttpCheckMethod === 'GET' ? ('GET' as const) : ('HEAD' as const),
    HttpVersion: request.HttpVersion,
  };
}

const noHttp = {
  HttpCode: null,
  HttpCheckPath: null,
  HttpCheckDomain: null,
  HttpCheckMethod: null,
  HttpVersion: null,
};

function paceOf(request: HealthCheckRequest) {
  const { TimeOut = 2, IntervalTime = 5, HealthNum = 3, UnHealthNum = 3 } = request;
  // The default may meet it: an IntervalTime of 2 alone is accepted.
  if (request.TimeOut !== undefined && TimeOut >= IntervalTime) throw refuse('TimeOut must be less than IntervalTime');
  return { TimeOut, IntervalTime, HealthNum, UnHealthNum };
}

/** The health check of a new listener: what was asked for, the cloud's defaults for the rest. */
export function toHealthCheck(request: HealthCheckRequest, protocol: 'TCP' | 'UDP'): HealthCheck {
  const type = checkTypeOf(request, protocol);
  return {
    HealthSwitch: request.HealthSwitch === 0 ? 0 : 1,
    CheckType: type,
    ...paceOf(request),
    ...(type === 'HTTP' ? httpFields(request) : noHttp),
    CheckPort: request.CheckPort === undefined || request.CheckPort <= 0 ? null : request.CheckPort,
    SourceIpType: request.SourceIpType ?? 1,
    ContextType: null,
    SendContext: null,
    RecvContext: null,
    ExtendedCode: null,
  };
}
