import type {
  AssumeRoleWithWebIdentityRequest,
  AssumeRoleWithWebIdentityResponse,
} from 'tencentcloud-sdk-nodejs/tencentcloud/services/sts/v20180813/sts_models.js';
import type { Action, Answer } from '../actions/parts/action.ts';
import { ApiError } from '../errors/api-error.ts';
import type { Credentials } from '../credentials/credentials.ts';
import type { Clock } from '../runtime/clock.ts';
import { drawLetters, type Random } from '../runtime/random.ts';

interface Options {
  credentials: Credentials;
  clock: Clock;
  random: Random;
  /** ARNs of the roles that exist; with none, every role does. */
  roles: readonly string[];
}

/** When a JSON web token ends, in seconds; undefined for tokens of another form, which the stub takes as they are. */
function endOf(token: string): number | undefined {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { exp?: unknown };
    return typeof claims.exp === 'number' ? claims.exp : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Exchanges a web identity token, as a ServiceAccount of TKE has one, for temporary credentials. The signature of the
 * token is not checked.
 */
export function assumeRoleWithWebIdentity({ credentials, clock, random, roles }: Options): Action {
  function run(request: AssumeRoleWithWebIdentityRequest): Answer<AssumeRoleWithWebIdentityResponse> {
    const { RoleArn, WebIdentityToken, DurationSeconds = 7200 } = request;
    if (roles.length > 0 && !roles.includes(RoleArn)) {
      throw new ApiError('ResourceNotFound.RoleNotExist', `The role ${RoleArn} does not exist.`);
    }
    const nowS = Math.floor(clock.now() / 1000);
    if ((endOf(WebIdentityToken) ?? Infinity) <= nowS) {
      throw new ApiError('InvalidParameter.WebIdentityTokenError', 'The web identity token has expired.');
    }
    const [secretId, secretKey, token] = [
      `AKID${drawLetters(32, random)}`,
      drawLetters(32, random),
      drawLetters(64, random),
    ];
    const expiresAtMs = (nowS + DurationSeconds) * 1000;
    credentials.set(secretId, { secretKey, token, expiresAtMs, caller: RoleArn });
    return {
      Credentials: { TmpSecretId: secretId, TmpSecretKey: secretKey, Token: token },
      ExpiredTime: nowS + DurationSeconds,
      Expiration: new Date(expiresAtMs).toISOString().replace('.000Z', 'Z'),
    };
  }
  return { name: 'AssumeRoleWithWebIdentity', run: (request) => run(request as AssumeRoleWithWebIdentityRequest) };
}
