import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Account } from '../account/account.ts';
import { isWrite, type ActionContext } from '../actions/action.ts';
import { completeResponse } from '../definitions/complete-response.ts';
import type { Definitions } from '../definitions/definitions.ts';
import type { Faults } from '../faults/faults.ts';
import { rateLimitError, type Language } from '../limits/rate-limit.ts';
import { ApiError, injectedError } from './api-error.ts';
import type { Credentials } from './credentials.ts';
import { readRequest } from './read-request.ts';
import { requireAction, type Service } from './services.ts';
import { authenticate, unknownSecretId, type SignedRequest } from './signature.ts';

/** What goes back over the wire: a body with its status, or a reset connection. */
export type Reply = { kind: 'answer'; status: number; body: string } | { kind: 'reset' };

export interface DispatchOptions {
  context: Omit<ActionContext, 'action' | 'region' | 'requestId'>;
  services: readonly Service[];
  definitions: Definitions;
  credentials: Credentials;
  regions: readonly string[];
  faults: Faults;
  account: Account;
  checkParameters(action: string, request: unknown): void;
  checkRate(call: { action: string; secretId: string; language: Language }): void;
  ratePerSecond: number;
  report: (problem: string) => void;
}

const header = (headers: IncomingHttpHeaders, name: string) => String(headers[name] ?? '');
const languageOf = (headers: IncomingHttpHeaders): Language =>
  header(headers, 'x-tc-language') === 'en-US' ? 'en-US' : 'zh-CN';

function requireRegion(headers: IncomingHttpHeaders, regions: readonly string[]): string {
  const region = header(headers, 'x-tc-region');
  if (region === '') throw new ApiError('MissingParameter', 'The request is missing the header `X-TC-Region`.');
  if (!regions.includes(region)) throw new ApiError('UnsupportedRegion', `The region ${region} is not supported.`);
  return region;
}

function applyFaults(options: DispatchOptions, action: string, language: Language): void {
  const { faults, ratePerSecond } = options;
  if (faults.isThrottled(action)) throw rateLimitError(ratePerSecond + 1, ratePerSecond, language);
  const error = faults.takeApiError(action);
  if (error) throw injectedError(error.code, error.message);
}

/** Who calls; STS proves that by a token in the request, so that nothing is signed. */
function requireCaller(options: DispatchOptions, request: SignedRequest, action: string): string {
  if (action === 'AssumeRoleWithWebIdentity' && request.headers.authorization === 'SKIP') return 'nobody';
  const { credentials, faults, context } = options;
  const secretId = authenticate(request, credentials, context.clock.now());
  if (faults.refusesCredential(secretId)) throw unknownSecretId();
  const { actions, caller = secretId } = credentials.get(secretId) ?? {};
  if (actions?.includes(action) === false) {
    throw new ApiError('UnauthorizedOperation', `You are not authorized to perform operation (clb:${action}).`);
  }
  return caller;
}

async function run(options: DispatchOptions, request: SignedRequest, requestId: string, body: unknown) {
  const { headers } = request;
  const name = header(headers, 'x-tc-action');
  const secretId = requireCaller(options, request, name);
  const { action, isRegional } = requireAction(options.services, name, header(headers, 'x-tc-version'));
  const region = isRegional ? requireRegion(headers, options.regions) : header(headers, 'x-tc-region');
  const language = languageOf(headers);
  applyFaults(options, name, language);
  options.checkRate({ action: name, secretId, language });
  if (body === undefined) throw new ApiError('InvalidParameter', 'The body is not JSON.');
  options.checkParameters(name, body);
  const result = await action.run(body, { ...options.context, action: name, region, requestId });
  return completeResponse(options.definitions, name, { ...result, RequestId: requestId });
}

interface Outcome {
  code: string | null;
  reply: Reply;
}

function answer(content: object): Reply {
  return { kind: 'answer', status: 200, body: JSON.stringify({ Response: content }) };
}

function refusal(error: unknown, requestId: string, report: (problem: string) => void): Outcome {
  if (!(error instanceof ApiError))
    report(`${requestId}: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
  const { code, message } = error instanceof ApiError ? error : new ApiError('InternalError', 'An internal error.');
  return { code, reply: answer({ Error: { Code: code, Message: message }, RequestId: requestId }) };
}

async function judge(
  options: DispatchOptions,
  request: SignedRequest,
  requestId: string,
  body: unknown,
): Promise<Outcome> {
  if (options.faults.isDown()) return { code: 'ConnectionReset', reply: { kind: 'reset' } };
  const status = options.faults.httpStatusFor(header(request.headers, 'x-tc-action'));
  if (status !== undefined) {
    return { code: `Http${status}`, reply: { kind: 'answer', status, body: '<html>injected fault</html>' } };
  }
  try {
    return { code: null, reply: answer(await run(options, request, requestId, body)) };
  } catch (error) {
    return refusal(error, requestId, options.report);
  }
}

function namedLoadBalancer(body: unknown): string | null {
  const { LoadBalancerId: one, LoadBalancerIds: many } = (body ?? {}) as Record<string, unknown>;
  const id: unknown = one ?? (Array.isArray(many) && many.length === 1 ? many[0] : undefined);
  return typeof id === 'string' ? id : null;
}

/** Takes a request through faults, signature, limits and checks to its action, and writes it into the account. */
export function createDispatch(options: DispatchOptions): (request: SignedRequest) => Promise<Reply> {
  const { account, context, definitions } = options;
  return async (request) => {
    const atMs = context.clock.now();
    const requestId = randomUUID();
    const action = header(request.headers, 'x-tc-action');
    const body = readRequest(definitions, action, request);
    const { code, reply } = await judge(options, request, requestId, body);
    account.record({
      atMs,
      endMs: context.clock.now(),
      action,
      write: isWrite(action),
      loadBalancerId: namedLoadBalancer(body),
      code,
      request: body ?? null,
      requestId,
    });
    return reply;
  };
}
