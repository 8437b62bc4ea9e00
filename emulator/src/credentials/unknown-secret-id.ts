import { ApiError } from '../errors/api-error.ts';

/** The refusal of a secret id that does not exist, or was revoked. */
export function unknownSecretId(): ApiError {
  return new ApiError(
    'AuthFailure.SecretIdNotFound',
    'The SecretId is not found, please ensure that your SecretId is correct.',
  );
}
