/** So many letters of a key in a row are no accident. */
const length = 24;

/** Pieces of a secret that a text has, however its lines are broken or escaped, without what everybody may know. */
export function piecesIn(text: string, secret: string, known: string): readonly string[] {
  const [shown, public_] = [text, known].map(squeezed);
  const hidden = squeezed(secret);
  const all = Array.from({ length: Math.max(0, hidden.length - length) }, (_, at) => hidden.slice(at, at + length));
  return all.filter((piece) => shown?.includes(piece) === true && public_?.includes(piece) === false);
}

function squeezed(text: string): string {
  return text.replaceAll(/-----[A-Z ]+-----/g, '').replaceAll(/\\+[nr]|\s/g, '');
}
