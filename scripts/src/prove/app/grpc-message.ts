/** A message of gRPC: whether it is compressed, its length in four bytes, itself. */
export function writeMessage(text: string): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(Buffer.byteLength(text), 1);
  return Buffer.concat([head, Buffer.from(text)]);
}

/** The only message of a body; one that is cut short is an error. */
export function readMessage(body: Buffer): string {
  const text = body.subarray(5);
  if (body.length < 5 || text.length !== body.readUInt32BE(1)) throw new Error('the message is not whole');
  return text.toString();
}
