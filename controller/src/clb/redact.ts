import { ApiFailure } from './api-failure.ts';
import type { Credential } from './credentials/credential-source.ts';

/** Some refusals quote the secret id; what becomes an event or a log line must not. */
export function redact(failure: ApiFailure, { secretId, secretKey, token }: Credential): ApiFailure {
  const secrets = [secretId, secretKey, token ?? ''].filter((secret) => secret.length > 0);
  const message = secrets.reduce((text, secret) => text.replaceAll(secret, '[hidden]'), failure.message);
  return new ApiFailure(failure.code, message, failure.requestId);
}
