import { ApiFailure } from './api-failure.ts';
import type { Credential } from './credentials/credential-source.ts';

/** What is shorter is no key of Tencent Cloud's, only a slip, and hiding it would hide letters of every word. */
const shortestSecret = 8;

/** Some refusals quote the secret id; what becomes an event or a log line must not. */
export function redact(failure: ApiFailure, { secretId, secretKey, token }: Credential): ApiFailure {
  const secrets = [secretId, secretKey, token ?? ''].filter((secret) => secret.length >= shortestSecret);
  const message = secrets.reduce((text, secret) => text.replaceAll(secret, '[hidden]'), failure.message);
  return new ApiFailure(failure.code, message, failure.requestId);
}
