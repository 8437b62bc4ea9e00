import type { Socket } from 'node:net';

const handshakeRecord = 22;
const clientHello = 1;
/** Longer than any that a client sends: with one that promises more, it is not waited for. */
const longestHello = 65_536;
/** As long as Node's own servers wait for a handshake. */
const patienceMs = 120_000;

/** The server name that a client asks for; '' without one. Undefined while its hello is not complete. */
export function serverNameIn(bytes: Buffer): string | undefined {
  const hello = helloIn(bytes);
  if (hello === undefined) return bytes.length > longestHello ? '' : undefined;
  try {
    return nameIn(hello);
  } catch {
    // Not as RFC 8446 has it: TLS itself will refuse it.
    return '';
  }
}

/** The whole message, which may come in several records (RFC 8446, 5.1); nothing of it where it is something else. */
function helloIn(bytes: Buffer): Buffer | undefined {
  let hello = Buffer.alloc(0);
  for (let at = 0; at < bytes.length; at += 5 + bytes.readUInt16BE(at + 3)) {
    if (bytes[at] !== handshakeRecord) return Buffer.alloc(0);
    if (bytes.length < at + 5) return undefined;
    hello = Buffer.concat([hello, bytes.subarray(at + 5, at + 5 + bytes.readUInt16BE(at + 3))]);
    if (hello.length > 0 && hello[0] !== clientHello) return Buffer.alloc(0);
    if (hello.length >= 4 && hello.length >= 4 + hello.readUIntBE(1, 3)) return hello;
  }
  return undefined;
}

/** RFC 8446, 4.1.2: after version and random come session id, ciphers, compression, and the extensions. */
function nameIn(bytes: Buffer): string {
  let at = 4 + 2 + 32;
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

/** Reads the hello of a client and puts it back; a client that sends none for long is left. */
export async function peekServerName(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer) => {
      chunks.push(chunk);
      const all = Buffer.concat(chunks);
      const name = serverNameIn(all);
      if (name === undefined) return;
      clearTimeout(patience);
      socket.off('data', onData).off('close', onClose).pause();
      socket.unshift(all);
      resolve(name);
    };
    const onClose = () => {
      clearTimeout(patience);
      reject(new Error('closed before its hello'));
    };
    const patience = setTimeout(() => socket.destroy(), patienceMs);
    socket.on('data', onData).once('close', onClose);
  });
}
