import { isDeepStrictEqual } from 'node:util';
import { uploadReference } from '../../core/model/certificate.ts';
import type { ObjectReference, Related } from '../../core/model/related-objects.ts';
import type { Upload } from '../../core/model/tls-pair.ts';
import type { RelatedWatch } from './related-watch.ts';

/**
 * Where the certificates of Secrets are in the SSL product, as the controller itself finds out. In memory alone: lost,
 * it costs one look at that product.
 */
export class UploadedCertificates implements RelatedWatch<'UploadedCertificate'> {
  readonly kind = 'UploadedCertificate' as const;
  readonly #uploads = new Map<string, Upload>();
  readonly #onChange: (reference: ObjectReference) => void;

  constructor(onChange: (reference: ObjectReference) => void) {
    this.#onChange = onChange;
  }

  get({ name }: ObjectReference<'UploadedCertificate'>): Related<Upload> {
    const facts = this.#uploads.get(name);
    return facts === undefined ? { state: 'pending' } : { state: 'found', facts };
  }

  put(fingerprint: string, upload: Upload | undefined): void {
    if (isDeepStrictEqual(this.#uploads.get(fingerprint), upload)) return;
    if (upload === undefined) this.#uploads.delete(fingerprint);
    else this.#uploads.set(fingerprint, upload);
    this.#onChange(uploadReference(fingerprint));
  }

  start(): void {
    // Owners say what they want in their views.
  }

  stop(): void {
    // What nobody wants is taken back by who put it.
  }

  async settled(): Promise<void> {
    // An upload waits for nothing that is listed at the start, and nothing waits for it.
  }
}
