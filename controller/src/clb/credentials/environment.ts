import { ownCode } from '../error-kinds.ts';
import { credentialProblem } from './credential-problem.ts';
import type { Credential, CredentialPlace } from './credential-source.ts';

const names = {
  secretId: 'TENCENTCLOUD_SECRET_ID',
  secretKey: 'TENCENTCLOUD_SECRET_KEY',
  token: 'TENCENTCLOUD_SESSION_TOKEN',
} as const;

/** The variables that Tencent's own tools read. */
export function createEnvironment(env: NodeJS.ProcessEnv): CredentialPlace {
  return {
    find: () => Promise.resolve().then(() => readEnvironment(env)),
    forget: () => undefined,
  };
}

function readEnvironment(env: NodeJS.ProcessEnv): Credential | undefined {
  const [secretId, secretKey, token] = [env[names.secretId], env[names.secretKey], env[names.token]];
  if (!secretId && !secretKey) return undefined;
  if (!secretId || !secretKey) {
    const missing = secretId ? names.secretKey : names.secretId;
    const message =
      `The credentials in the environment are incomplete: ${missing} is missing or empty. ` +
      `Set both ${names.secretId} and ${names.secretKey}.`;
    throw credentialProblem(ownCode.incompleteCredentials, message);
  }
  const source = `the environment variables ${names.secretId} and ${names.secretKey}`;
  return { secretId, secretKey, token: token === '' ? undefined : token, source };
}
