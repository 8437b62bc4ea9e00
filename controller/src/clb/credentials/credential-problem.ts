import { CloudError } from '../../core/model/cloud-error.ts';
import { kindOf } from '../error-kinds.ts';

/** Credentials that are missing or unusable before the cloud was even asked. */
export function credentialProblem(code: string, message: string, cause?: unknown): CloudError {
  return new CloudError(message, { kind: kindOf(code), code, action: 'ReadCredentials', cause });
}
