import { readFile } from 'node:fs/promises';
import { CommonClient } from 'tencentcloud-sdk-nodejs/tencentcloud/common/common_client.js';
import type { AssumeRoleWithWebIdentityResponse } from 'tencentcloud-sdk-nodejs/tencentcloud/services/sts/v20180813/sts_models.js';
import { CloudError } from '../../core/model/cloud-error.ts';
import { ApiFailure, failureOf, malformed } from '../api-failure.ts';
import { toCloudError } from '../cloud-error.ts';
import type { Clock } from '../clock.ts';
import { ownCode, stsAction } from '../error-kinds.ts';
import { redact } from '../redact.ts';
import { httpProfileOf } from '../sdk-send.ts';
import { credentialProblem } from './credential-problem.ts';
import type { Credential } from './credential-source.ts';

export interface RoleSettings {
  readonly region: string;
  readonly providerId: string;
  readonly tokenFile: string;
  readonly roleArn: string;
}

export interface TemporaryCredential {
  readonly credential: Credential;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

const timeoutMs = 10_000;
const tries = 3;
const pauseMs = 500;

/**
 * Asks STS (doc 1312/73070) for temporary credentials. The ServiceAccount's token is read each time, because the
 * kubelet replaces it.
 */
export function createRoleExchange(
  endpoint: URL,
  clock: Clock,
): (settings: RoleSettings) => Promise<TemporaryCredential> {
  const profile = httpProfileOf(endpoint, timeoutMs);

  async function exchange(settings: RoleSettings): Promise<TemporaryCredential> {
    const client = new CommonClient('sts.tencentcloudapi.com', '2018-08-13', {
      credential: {},
      region: settings.region,
      profile: { language: 'en-US', httpProfile: profile },
    });
    const token = await readToken(settings.tokenFile);
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      // The token proves who asks, so nothing is signed.
      const options = { signal: deadline, skipSign: true };
      return decode(await client.request(stsAction, requestOf(settings, token), options), settings);
    } catch (error) {
      const failure = deadline.aborted ? new ApiFailure(ownCode.timeout, 'no answer in time') : failureOf(error);
      throw explained(redact(failure, { secretId: '', secretKey: '', token, source: '' }), settings, endpoint);
    }
  }

  return async (settings) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await exchange(settings);
      } catch (error) {
        if (attempt === tries || !(error instanceof CloudError) || error.kind === 'credentials') throw error;
        await clock.sleep(pauseMs * 2 ** (attempt - 1), AbortSignal.timeout(timeoutMs));
      }
    }
  };
}

function requestOf({ providerId, roleArn }: RoleSettings, token: string) {
  return { ProviderId: providerId, WebIdentityToken: token, RoleArn: roleArn, RoleSessionName: 'clb-direct' };
}

async function readToken(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    const message =
      `The token of the pod identity, ${file}, cannot be read. ` + 'TKE mounts it for a ServiceAccount with a role.';
    throw credentialProblem(ownCode.unreadableCredentials, message, error);
  }
}

function decode(answer: unknown, settings: RoleSettings): TemporaryCredential {
  const { Credentials: found, ExpiredTime: expires } = (answer ?? {}) as AssumeRoleWithWebIdentityResponse;
  if (!found?.TmpSecretId || !found.TmpSecretKey || !expires) throw malformed('no Credentials or ExpiredTime in it');
  const { TmpSecretId: secretId, TmpSecretKey: secretKey, Token: token } = found;
  return { credential: { secretId, secretKey, token, source: sourceOf(settings) }, expiresAt: expires * 1000 };
}

function explained(failure: ApiFailure, settings: RoleSettings, endpoint: URL): CloudError {
  const purpose = `get credentials for the role ${settings.roleArn}`;
  const api = { region: settings.region, endpoint: endpoint.origin };
  return toCloudError(failure, { action: stsAction, purpose }, api, sourceOf(settings));
}

function sourceOf({ roleArn }: RoleSettings): string {
  return `TKE's pod identity (role ${roleArn})`;
}
