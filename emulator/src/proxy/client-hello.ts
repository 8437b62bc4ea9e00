import type { Socket } from 'node:net';

/** The server name that a client asks for; '' without one. Undefined while its hello is not complete. */
export function serverNameIn(bytes: Buffer): string | undefined {
  const isHello = bytes.length < 6 || (bytes[0] === 22 && bytes[5] === 1);
  if (!isHello) return '';
  if (bytes.length < 5 || bytes.length < 5 + bytes.readUInt16BE(3)) return undefined;
  try {
    return nameIn(bytes);
  } catch {
    // Not as RFC 8446 has it: TLS itself will refuse it.
    return '';
  }
}

/** RFC 8446, 4.1.2: after version and random come session id, ciphers, compression, and the extensions. */
function nameIn(bytes: Buffer): string {
  let at = 5 + 4 + 2 + 32;
  at += 1 + bytes.readUInt8(at);
  at += 2 + bytes.readUInt16BE(at);
  at += 1 + bytes.readUInt8(at);
  const end = at + 2 + bytes.readUInt16BE(at);
  for (at += 2; at < end; at += 4 + bytes.readUInt16BE(at + 2)) {
    // RFC 6066, 3: a list of one, of type host_name.
    if (bytes.readUInt16BE(at) === 0) return bytes.toString('latin1', at + 9, at + 9 + bytes.readUInt16BE(at + 7));
  }
  return '';
}

/** Reads the hello of a client and puts it back. */
export async function peekServerName(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer) => {
      chunks.push(chunk);
      const all = Buffer.concat(chunks);
      const name = serverNameIn(all);
      if (name === undefined) return;
      socket.off('data', onData).off('close', onClose).pause();
      socket.unshift(all);
      resolve(name);
    };
    const onClose = () => reject(new Error('closed before its hello'));
    socket.on('data', onData).once('close', onClose);
  });
}
