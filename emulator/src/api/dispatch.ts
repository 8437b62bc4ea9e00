import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Account } from '../account/account.ts';
import type { Action, ActionContext } from '../actions/action.ts';
import { actionTable } from '../actions/action-table.ts';
import type { Faults } from '../faults/faults.ts';
import { rateLimitError, type Language } from '../limits/rate-limit.ts';
import { ApiError } from './api-error.ts';
import type { Credentials } from './credentials.ts';
import type { Schema } from './parameters.ts';
import { authenticate, type SignedRequest } from './signature.ts';

/** What goes back over the wire: a body with its status, or a reset connection. */
export type Reply = { kind: 'answer'; status: number; body: string } | { kind: 'reset' };

export interface DispatchOptions {
  context: Omit<ActionContext, 'region' | 'requestId'>;
  credentials: Credentials;
  regions: readonly string[];
  faults: Faults;
  account: Account;
  checkParameters(schema: Schema, request: unknown): void;
  checkRate(action: string, secretId: string, language: Language): void;
  ratePerSecond: number;
  report: (problem: string) => void;
}

const version = '2018-03-17';
const header = (headers: IncomingHttpHeaders, name: string) => String(headers[name] ?? '');
const languageOf = (headers: IncomingHttpHeaders): Language =>
  header(headers, 'x-tc-language') === 'en-US' ? 'en-US' : 'zh-CN';

function parseBody(body: Buffer): unknown {
  try {
    return body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function requireAction(headers: IncomingHttpHeaders): Action {
  const name = header(headers, 'x-tc-action');
  if (name === '') throw new ApiError('MissingParameter', 'The request is missing the header `X-TC-Action`.');
  if (header(headers, 'x-tc-version') !== version) {
    throw new ApiError('NoSuchVersion', `The API version is not ${version}.`);
  }
  const action = actionTable.get(name);
  if (!action) throw new ApiError('InvalidAction', `The requested action ${name} does not exist.`);
  return action;
}

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
  if (error) throw new ApiError(error.code, error.message);
}

function requireCaller(options: DispatchOptions, request: SignedRequest): string {
  const secretId = authenticate(request, options.credentials, options.context.clock.now());
  if (!options.faults.refusesCredential(secretId)) return secretId;
  throw new ApiError(
    'AuthFailure.SecretIdNotFound',
    'The SecretId is not found, please ensure that your SecretId is correct.',
  );
}

async function run(options: DispatchOptions, request: SignedRequest, requestId: string, body: unknown) {
  const { headers } = request;
  const secretId = requireCaller(options, request);
  const action = requireAction(headers);
  const region = requireRegion(headers, options.regions);
  applyFaults(options, action.name, languageOf(headers));
  options.checkRate(action.name, secretId, languageOf(headers));
  if (body === undefined) throw new ApiError('InvalidParameter', 'The body is not JSON.');
  options.checkParameters(action.schema, body);
  return action.run(body, { ...options.context, region, requestId });
}

interface Outcome {
  code: string | null;
  reply: Reply;
}

function answer(content: object, requestId: string): Reply {
  return { kind: 'answer', status: 200, body: JSON.stringify({ Response: { ...content, RequestId: requestId } }) };
}

function refusal(error: unknown, requestId: string, report: (problem: string) => void): Outcome {
  if (!(error instanceof ApiError))
    report(`${requestId}: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
  const { code, message } = error instanceof ApiError ? error : new ApiError('InternalError', 'An internal error.');
  return { code, reply: answer({ Error: { Code: code, Message: message } }, requestId) };
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
    return { code: null, reply: answer(await run(options, request, requestId, body), requestId) };
  } catch (error) {
    return refusal(error, requestId, options.report);
  }
}

function namedLoadBalancer(body: unknown): string | null {
  const id = (body as { LoadBalancerId?: unknown } | null | undefined)?.LoadBalancerId;
  return typeof id === 'string' ? id : null;
}

/** Takes a request through faults, signature, limits and checks to its action, and writes it into the account. */
export function createDispatch(options: DispatchOptions): (request: SignedRequest) => Promise<Reply> {
  const { account, context } = options;
  return async (request) => {
    const atMs = context.clock.now();
    const requestId = randomUUID();
    const body = parseBody(request.body);
    const { code, reply } = await judge(options, request, requestId, body);
    const action = header(request.headers, 'x-tc-action');
    account.record({
      atMs,
      endMs: context.clock.now(),
      action,
      write: actionTable.get(action)?.write ?? false,
      loadBalancerId: namedLoadBalancer(body),
      code,
      request: body ?? null,
      requestId,
    });
    return reply;
  };
}
