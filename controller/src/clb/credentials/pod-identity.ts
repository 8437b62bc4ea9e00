import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { Clock } from '../clock.ts';
import { ownCode } from '../error-kinds.ts';
import { createRoleExchange, type RoleSettings, type TemporaryCredential } from './role-exchange.ts';
import { credentialProblem } from './credential-problem.ts';
import type { CredentialPlace } from './credential-source.ts';

/** Long before the end, because an exchange that fails must have time to be tried again. */
const renewBeforeMs = 5 * 60_000;
/** A failed exchange is not tried again at once while the credentials at hand are still good. */
const pauseAfterFailureMs = 10_000;

/**
 * Credentials that STS gives for the pod's ServiceAccount token. The SDK's own provider keeps a failure for ever and
 * renews 0.6 s before the end.
 */
export function createPodIdentity(options: {
  env: NodeJS.ProcessEnv;
  endpoint: URL;
  clock: Clock;
  log: Log;
}): CredentialPlace {
  const { env, endpoint, clock, log } = options;
  const exchange = createRoleExchange(endpoint, clock);
  let held: TemporaryCredential | undefined;
  let underway: Promise<TemporaryCredential> | undefined;
  let tryAgainAt = -Infinity;

  /**
   * One exchange serves all that wait for it, so it has a deadline of its own and does not end with one caller's
   * signal.
   */
  function renew(settings: RoleSettings): Promise<TemporaryCredential> {
    underway ??= exchange(settings)
      .then((fresh) => (held = fresh))
      .finally(() => (underway = undefined));
    return underway;
  }

  async function renewIfOld(settings: RoleSettings): Promise<TemporaryCredential> {
    const isFresh = held !== undefined && clock.date() < held.expiresAt - renewBeforeMs;
    const good = held !== undefined && clock.date() < held.expiresAt ? held : undefined;
    if (good !== undefined && (isFresh || clock.now() < tryAgainAt)) return good;
    try {
      return await renew(settings);
    } catch (error) {
      if (good === undefined) throw error;
      tryAgainAt = clock.now() + pauseAfterFailureMs;
      log.warn({ err: error }, 'The credentials of the pod identity could not be renewed; the old ones still hold');
      return good;
    }
  }

  return {
    async find(signal) {
      const settings = readSettings(env);
      if (settings === undefined) return undefined;
      signal.throwIfAborted();
      const { credential } = await renewIfOld(settings);
      signal.throwIfAborted();
      return credential;
    },
    forget() {
      held = undefined;
    },
  };
}

const names = ['TKE_REGION', 'TKE_PROVIDER_ID', 'TKE_WEB_IDENTITY_TOKEN_FILE', 'TKE_ROLE_ARN'] as const;

function readSettings(env: NodeJS.ProcessEnv): RoleSettings | undefined {
  const [region = '', providerId = '', tokenFile = '', roleArn = ''] = names.map((name) => env[name]);
  if (tokenFile === '' && roleArn === '') return undefined;
  const missing = names.filter((name) => !env[name]);
  if (missing.length === 0) return { region, providerId, tokenFile, roleArn };
  const message =
    `TKE's pod identity is incomplete: ${missing.join(' and ')} is missing in the environment. ` +
    `TKE sets all of ${names.join(', ')} for a ServiceAccount with a role.`;
  throw credentialProblem(ownCode.incompleteCredentials, message);
}
