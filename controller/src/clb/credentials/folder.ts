import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { ownCode } from '../error-kinds.ts';
import { credentialProblem } from './credential-problem.ts';
import type { Credential, CredentialPlace } from './credential-source.ts';

/** How long what was read is kept: a corrected Secret counts this soon after the kubelet has brought it. */
const freshMs = 1000;

/** A mounted Secret: the files secretId, secretKey and perhaps token. */
export function createFolder(path: string, clock: Clock): CredentialPlace {
  let seen: { at: number; credential: Credential | undefined } | undefined;
  return {
    async find() {
      if (seen !== undefined && clock.now() - seen.at < freshMs) return seen.credential;
      const credential = await readFolder(path);
      seen = { at: clock.now(), credential };
      return credential;
    },
    forget() {
      seen = undefined;
    },
  };
}

async function readFolder(path: string): Promise<Credential | undefined> {
  const [secretId, secretKey, token] = await Promise.all([
    readIfThere(join(path, 'secretId')),
    readIfThere(join(path, 'secretKey')),
    readIfThere(join(path, 'token')),
  ]);
  if (secretId === undefined && secretKey === undefined) return undefined;
  if (secretId === undefined || secretKey === undefined) throw incomplete(path, secretId === undefined);
  return { secretId, secretKey, token, source: `the folder ${path} (in a cluster the Secret clb-direct-credentials)` };
}

function incomplete(path: string, lacksId: boolean) {
  const [there, missing] = lacksId ? ['secretKey', 'secretId'] : ['secretId', 'secretKey'];
  const message =
    `The credentials in ${path} are incomplete: the file ${there} is there, ${missing} is missing or empty. ` +
    'Write both into the Secret.';
  return credentialProblem(ownCode.incompleteCredentials, message);
}

/** People put a line end behind a secret without seeing it; an empty file is no secret at all. */
async function readIfThere(file: string): Promise<string | undefined> {
  try {
    const text = (await readFile(file, 'utf8')).trim();
    return text === '' ? undefined : text;
  } catch (error) {
    if (isMissing(error)) return undefined;
    const message =
      `The credentials file ${file} cannot be read. ` + 'Make it readable for the user that runs the controller.';
    throw credentialProblem(ownCode.unreadableCredentials, message, error);
  }
}

function isMissing(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
