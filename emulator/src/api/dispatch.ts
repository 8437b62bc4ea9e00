import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { CallLog } from '../call-log/call-log.ts';
import type { ActionContext } from '../actions/parts/action.ts';
import { isWrite } from '../definitions/action-kinds.ts';
import { completeResponse } from '../definitions/complete-response.ts';
import type { Definitions } from '../definitions/definitions.ts';
import type { FaultyCall, Faults } from '../faults/faults.ts';
import type { Language } from '../limits/rate-limit.ts';
import { ApiError } from '../errors/api-error.ts';
import { subjectOfCall } from '../calls/call-subject.ts';
import type { Credentials } from '../credentials/credentials.ts';
import { operationOf, refusedResource, type Policies } from '../credentials/policy.ts';
import type { Outcome, Reply } from '../calls/outcome.ts';
import { withoutKeys } from './without-keys.ts';
import { readRequest } from './read-request.ts';
import { requireAction, type Service } from './services.ts';
import { authenticate, type SignedRequest } from './signature.ts';

interface DispatchOptions {
  context: Omit<ActionContext, 'action' | 'region' | 'requestId'>;
  services: readonly Service[];
  definitions: Definitions;
  credentials: Credentials;
  policies: Policies;
  regions: readonly string[];
  faults: Faults;
  callLog: CallLog;
  checkParameters(action: string, request: unknown): void;
  checkRate(call: { action: string; secretId: string; language: Language }): void;
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

/** A request on its way through the API. */
interface Passage {
  request: SignedRequest;
  requestId: string;
  body: unknown;
  call: FaultyCall;
}

/** Who calls, and whose requests are counted; STS proves that by a token in the request, so that nothing is signed. */
function requireCaller({ credentials, context }: DispatchOptions, request: SignedRequest, action: string) {
  if (action === 'AssumeRoleWithWebIdentity' && request.headers.authorization === 'SKIP') {
    return { secretId: 'nobody', caller: 'nobody' };
  }
  const { refusesNeedlessToken } = context.switches;
  const secretId = authenticate(request, credentials, { nowMs: context.clock.now(), refusesNeedlessToken });
  return { secretId, caller: credentials.get(secretId)?.caller ?? secretId };
}

/** Refuses what the caller's CAM policy does not allow; the text is the cloud's. */
function requirePermission({ policies }: DispatchOptions, caller: string, { request, requestId, call }: Passage): void {
  const policy = policies.get(caller);
  const region = header(request.headers, 'x-tc-region');
  const resource = policy && refusedResource(policy, { ...call, region });
  if (resource === undefined) return;
  const operation = `you are not authorized to perform operation (${operationOf(call.action)})`;
  throw new ApiError(
    'UnauthorizedOperation',
    `[request id:${requestId}]${operation}\nresource (${resource}) has no permission\n`,
  );
}

async function run(options: DispatchOptions, passage: Passage): Promise<object> {
  const { request, requestId, body, call } = passage;
  const { headers } = request;
  const { action: name } = call;
  const { secretId, caller } = requireCaller(options, request, name);
  requirePermission(options, caller, passage);
  const { action, isRegional } = requireAction(options.services, name, header(headers, 'x-tc-version'));
  const region = isRegional ? requireRegion(headers, options.regions) : header(headers, 'x-tc-region');
  const language = languageOf(headers);
  const refused = options.faults.refusal({ ...call, secretId }, language);
  if (refused) throw refused;
  options.checkRate({ action: name, secretId: caller, language });
  if (body === undefined) throw new ApiError('InvalidParameter', 'The body is not JSON.');
  options.checkParameters(name, body);
  const work = { body, context: { ...options.context, action: name, region, requestId } };
  const result = await options.faults.work({ ...call, secretId }, work, async (given) =>
    action.run(given.body, given.context),
  );
  return completeResponse(options.definitions, name, { ...result, RequestId: requestId });
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

async function judge(options: DispatchOptions, passage: Passage): Promise<Outcome> {
  try {
    return { code: null, reply: answer(await run(options, passage)) };
  } catch (error) {
    return refusal(error, passage.requestId, options.report);
  }
}

const only = (ids: readonly string[]) => (ids.length === 1 ? (ids[0] ?? null) : null);

/** Takes a request through faults, signature, limits and checks to its action, and records it in the call log. */
export function createDispatch(options: DispatchOptions): (request: SignedRequest) => Promise<Reply> {
  const { callLog, context, definitions, faults } = options;
  return async (request) => {
    const atMs = context.clock.now();
    const requestId = randomUUID();
    const action = header(request.headers, 'x-tc-action');
    const body = readRequest(definitions, action, request);
    const call = { action, ...subjectOfCall(body), hitBy: [] };
    const { code, reply } = await faults.call(call, () => judge(options, { request, requestId, body, call }));
    callLog.record({
      atMs,
      endMs: context.clock.now(),
      action,
      write: isWrite(action),
      loadBalancerId: only(call.loadBalancerIds),
      targets: call.targets.length,
      code,
      faults: call.hitBy,
      request: withoutKeys(body),
      requestId,
    });
    return reply;
  };
}
