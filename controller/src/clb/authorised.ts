import { CloudError } from '../core/model/cloud-error.ts';
import type { Ask } from './actions.ts';
import { ApiFailure } from './api-failure.ts';
import { toCloudError, type ApiAddress } from './cloud-error.ts';
import { isSame, type Credential, type CredentialSource } from './credentials/credential-source.ts';
import type { Attempt, Send } from './send.ts';

/** Asks with the credentials in force; throws CloudErrors, whose messages are for people. */
export type Authorised = (ask: Ask, attempt: Omit<Attempt, 'credential'>) => Promise<object>;

/** When the cloud refuses the credentials they are read again, and asked with once more if they have changed. */
export function authorised(send: Send, credentials: CredentialSource, api: ApiAddress): Authorised {
  async function renewed(refused: Credential, signal: AbortSignal): Promise<Credential | undefined> {
    credentials.forget();
    const now = await credentials.get(signal);
    return isSame(refused, now) ? undefined : now;
  }

  async function ask(credential: Credential, what: Ask, attempt: Omit<Attempt, 'credential'>): Promise<object> {
    try {
      return await send(what, { ...attempt, credential });
    } catch (error) {
      throw error instanceof ApiFailure ? toCloudError(error, what, api, credential.source) : error;
    }
  }

  return async (what, attempt) => {
    const credential = await credentials.get(attempt.signal);
    try {
      return await ask(credential, what, attempt);
    } catch (error) {
      if (!mayBeOutdated(error)) throw error;
      const other = await renewed(credential, attempt.signal);
      if (other === undefined) throw error;
      return await ask(other, what, attempt);
    }
  };
}

/** An identity that lacks a permission lacks it with new credentials too. */
function mayBeOutdated(error: unknown): boolean {
  return error instanceof CloudError && error.kind === 'credentials' && !error.code.endsWith('UnauthorizedOperation');
}
