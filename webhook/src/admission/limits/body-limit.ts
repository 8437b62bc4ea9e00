import type { IncomingMessage } from 'node:http';
import { refusal, type Refusal } from '../refusal.ts';

/** How much may be read. */
export interface BodyLimits {
  /** The largest body. */
  readonly bodyBytes: number;
  /** All bodies together that are being received, with what each of their pieces costs besides. */
  readonly bytesInFlight: number;
}

type Done = (problem: Refusal | undefined, text: string) => void;

/** Receives bodies within the limits. */
export interface BodyLimit {
  /** Passes on the whole body as text, or why it is not read. */
  receive(request: IncomingMessage, done: Done): void;
}

interface Reception {
  readonly chunks: Buffer[];
  bytes: number;
  /** How many began before this one. */
  readonly order: number;
  /** Its index among those that are being received. */
  index: number;
  end(problem?: Refusal): void;
}

/**
 * Receives bodies. When all together exceed the limit, those are refused that have been arriving longest: they come
 * from slow clients, because the API server sends a review in one go.
 */
export function createBodyLimit(limits: BodyLimits): BodyLimit {
  const receptions = createReceptions();
  // Bodies are joined here and become text at once: memory of their own for each costs more than the copying.
  const scratch = Buffer.allocUnsafeSlow(64 * 1024);
  let bytesInFlight = 0;
  let begun = 0;

  function add(reception: Reception, chunk: Buffer): void {
    reception.chunks.push(chunk);
    reception.bytes += chunk.length;
    bytesInFlight += chunk.length + pieceBytes;
    if (reception.bytes > limits.bodyBytes) reception.end(tooLarge(limits.bodyBytes));
    else if (bytesInFlight > limits.bytesInFlight) refuseOldest();
  }

  // As many as it takes: the oldest may have sent next to nothing.
  function refuseOldest(): void {
    for (const oldest of receptions.oldestFirst()) {
      if (bytesInFlight <= limits.bytesInFlight) return;
      oldest.end(refusal(503, tooMuchAtOnce));
    }
  }

  function receive(request: IncomingMessage, done: Done): void {
    if (Number(request.headers['content-length']) > limits.bodyBytes) {
      done(tooLarge(limits.bodyBytes), '');
      return;
    }
    const reception: Reception = { chunks: [], bytes: 0, order: (begun += 1), index: absent, end };
    const onData = (chunk: Buffer) => add(reception, chunk);
    function end(problem?: Refusal): void {
      if (reception.index === absent) return;
      receptions.remove(reception);
      bytesInFlight -= reception.bytes + reception.chunks.length * pieceBytes;
      if (problem !== undefined) request.off('data', onData);
      done(problem, problem === undefined ? textOf(reception, scratch) : '');
    }
    receptions.add(reception);
    request.on('data', onData).on('end', end);
    // Node reports a body that ends early as an error, if there is a listener.
    request.on('error', () => end(refusal(400, 'The body ended early.')));
  }

  return { receive };
}

const absent = -1;

/**
 * What Node spends on a piece of a body besides its bytes: a client that sends pieces of one byte would fill the
 * memory.
 */
const pieceBytes = 512;

// No Set: V8 chains the tables that a Set has outgrown, and through them bodies that were answered long ago stay in
// memory until everything is collected.
function createReceptions() {
  const all: Reception[] = [];
  return {
    add(reception: Reception): void {
      reception.index = all.push(reception) - 1;
    },
    remove(reception: Reception): void {
      const last = all.pop();
      if (last !== undefined && last !== reception) {
        all[reception.index] = last;
        last.index = reception.index;
      }
      reception.index = absent;
    },
    oldestFirst: (): Reception[] => all.toSorted((one, other) => one.order - other.order),
  };
}

const tooMuchAtOnce = 'Too much is arriving at once; send it again.';

function tooLarge(bodyBytes: number): Refusal {
  return refusal(413, `The body is larger than ${bodyBytes} bytes.`);
}

function textOf({ chunks, bytes }: Reception, scratch: Buffer): string {
  if (bytes > scratch.length) return Buffer.concat(chunks, bytes).toString();
  let at = 0;
  for (const chunk of chunks) {
    scratch.set(chunk, at);
    at += chunk.length;
  }
  return scratch.toString('utf8', 0, bytes);
}
