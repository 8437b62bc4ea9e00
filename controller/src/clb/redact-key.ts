import type { Ask } from './actions.ts';
import { ApiFailure } from './api-failure.ts';

/** So many characters of a key in a row are no accident. */
const pieceLength = 12;

/** An answer may repeat what was sent. One that has a piece of the private key in it is left out as a whole. */
export function withoutKey(failure: ApiFailure, { request }: Pick<Ask, 'request'>): ApiFailure {
  const key = 'CertificatePrivateKey' in request ? (request.CertificatePrivateKey ?? '') : '';
  const text = squeezed(failure.message);
  const pieces = piecesOf(squeezed(key));
  if (!pieces.some((piece) => text.includes(piece))) return failure;
  return new ApiFailure(failure.code, 'the text is left out, because it repeats a private key', failure.requestId);
}

/** However its lines are broken or escaped, or its armour is written. */
function squeezed(text: string): string {
  return text.replaceAll(/-----[A-Z ]+-----/g, '').replaceAll(/\\[nr]|\s/g, '');
}

/** Any run of twice this length in a text has one of them whole. */
function piecesOf(key: string): readonly string[] {
  const pieces: string[] = [];
  for (let start = 0; start + pieceLength <= key.length; start += pieceLength) {
    pieces.push(key.slice(start, start + pieceLength));
  }
  return pieces;
}
