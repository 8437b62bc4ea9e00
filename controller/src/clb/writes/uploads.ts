import type { ClbWrites } from '../../core/model/clb-port.ts';
import type { KeyPair } from '../../core/model/certificate.ts';
import { isGone } from '../../core/model/cloud-error.ts';
import { malformed } from '../api-failure.ts';
import { toUploaded, toUploadRequest } from '../codec/uploads.ts';
import { requireIds } from '../guards.ts';
import type { WriteAsk, WriteCalls } from './write-calls.ts';

type UploadWrites = Pick<ClbWrites, 'uploadCertificate' | 'deleteCertificate'>;

/** Names no Secret: one content may be that of several, in several namespaces. */
const purpose = 'upload a certificate to the SSL product';

export function createUploadWrites(write: WriteCalls): UploadWrites {
  return {
    async uploadCertificate(pair, clusterId, signal) {
      requireIds('UploadCertificate', [pair.fingerprint, clusterId]);
      const { id, isRepeat } = await upload(write, askFor(pair, clusterId, false), signal);
      // Of an upload before, whose answer was lost.
      if (!isRepeat || (await isOurs(write, { id, fingerprint: pair.fingerprint, clusterId }, signal))) return id;
      // Somebody else's copy may be deleted at any time.
      return (await upload(write, askFor(pair, clusterId, true), signal)).id;
    },
    async deleteCertificate(id, signal) {
      requireIds('DeleteCertificate', [id]);
      const ask = {
        action: 'DeleteCertificate',
        purpose: `delete certificate ${id}`,
        request: { CertificateId: id },
      } as const;
      try {
        const { DeleteResult: isDeleted } = await write.now(ask, signal);
        if (isDeleted === false) throw write.fail(malformed('DeleteResult is false'), ask);
      } catch (error) {
        if (!isGone(error)) throw error;
      }
    },
  };
}

function askFor(pair: KeyPair, clusterId: string, repeatable: boolean): WriteAsk<'UploadCertificate'> {
  return { action: 'UploadCertificate', purpose, request: toUploadRequest(pair, clusterId, repeatable) };
}

async function upload(write: WriteCalls, ask: WriteAsk<'UploadCertificate'>, signal: AbortSignal) {
  const { CertificateId: id, RepeatCertId: repeat } = await write.now(ask, signal);
  const found = [repeat, id].find((one) => typeof one === 'string' && one !== '');
  if (found === undefined || found === null) throw write.fail(malformed('CertificateId is missing'), ask);
  return { id: found, isRepeat: typeof repeat === 'string' && repeat !== '' };
}

async function isOurs(
  write: WriteCalls,
  { id, fingerprint, clusterId }: { readonly id: string; readonly fingerprint: string; readonly clusterId: string },
  signal: AbortSignal,
): Promise<boolean> {
  const request = { CertIds: [id] };
  const answer = await write.now(
    { action: 'DescribeCertificates', purpose: `look up certificate ${id}`, request },
    signal,
  );
  return toUploaded(answer, clusterId).some((one) => one.id === id && one.fingerprint === fingerprint);
}
