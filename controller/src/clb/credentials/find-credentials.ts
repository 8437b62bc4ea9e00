import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { systemClock, type Clock } from '../clock.ts';
import { ownCode } from '../error-kinds.ts';
import { credentialProblem } from './credential-problem.ts';
import type { CredentialPlace, CredentialSource } from './credential-source.ts';
import { createEnvironment } from './environment.ts';
import { createFolder } from './folder.ts';
import { createPodIdentity } from './pod-identity.ts';

/**
 * Looks in a folder, then in the environment, then asks TKE's pod identity; each time again, so that a correction
 * counts without a restart.
 */
export function findCredentials(options: {
  folder: string | undefined;
  env: NodeJS.ProcessEnv;
  log: Log;
  /** Of this program; named in the command that gives it credentials. */
  namespace: string;
  stsEndpoint?: string;
  clock?: Clock;
}): CredentialSource {
  const { folder, env, log, namespace, stsEndpoint = 'https://sts.tencentcloudapi.com', clock = systemClock } = options;
  const places: readonly CredentialPlace[] = [
    ...(folder === undefined ? [] : [createFolder(folder, clock)]),
    createEnvironment(env),
    createPodIdentity({ env, endpoint: new URL(stsEndpoint), clock, log }),
  ];
  return {
    async get(signal) {
      for (const place of places) {
        const credential = await place.find(signal);
        if (credential !== undefined) return credential;
      }
      throw noCredentials(folder, namespace);
    },
    forget() {
      for (const place of places) place.forget();
    },
  };
}

function noCredentials(folder: string | undefined, namespace: string) {
  const files = folder === undefined ? 'in the folder that CREDENTIALS_DIR names' : `in ${folder}`;
  const command =
    `kubectl -n ${namespace} create secret generic clb-direct-credentials ` +
    '--from-literal=secretId=… --from-literal=secretKey=…';
  const message =
    'No credentials for Tencent Cloud were found. Give them in one of three ways: ' +
    `the Secret clb-direct-credentials (${command}), which becomes the files secretId and secretKey ${files}; ` +
    'the environment variables TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY; ' +
    "or TKE's pod identity (TKE_REGION, TKE_PROVIDER_ID, TKE_WEB_IDENTITY_TOKEN_FILE and TKE_ROLE_ARN, " +
    'which TKE sets for a ServiceAccount with a role).';
  return credentialProblem(ownCode.noCredentials, message);
}
