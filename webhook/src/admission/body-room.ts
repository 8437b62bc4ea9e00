import type { Readable } from 'node:stream';

/** How much may be read. */
export interface BodyLimits {
  /** The largest body. */
  readonly bodyBytes: number;
  /** All bodies together that are being received. */
  readonly bytesInFlight: number;
}

/** Why a body is not read, with the status that says so. */
export interface BodyProblem extends Error {
  readonly statusCode: number;
}

export function bodyProblem(statusCode: number, message: string): BodyProblem {
  return Object.assign(new Error(message), { statusCode });
}

type Done = (problem: BodyProblem | null, body?: Buffer) => void;

/** Receives bodies within the limits. */
export interface BodyRoom {
  /** `announced` is the length that its header tells, NaN if it tells none. */
  receive(payload: Readable, announced: number, done: Done): void;
}

interface Reception {
  readonly chunks: Buffer[];
  bytes: number;
  end(problem: BodyProblem | null, body?: Buffer): void;
}

/**
 * Receives bodies. When all together exceed the limit, the one gives way that has been arriving longest: a slow client, as
 * the API server sends a review in one go.
 */
export function createBodyRoom(limits: BodyLimits): BodyRoom {
  const receptions = new Set<Reception>();
  let bytesInFlight = 0;

  function add(reception: Reception, chunk: Buffer): void {
    reception.chunks.push(chunk);
    reception.bytes += chunk.length;
    bytesInFlight += chunk.length;
    if (reception.bytes > limits.bodyBytes) reception.end(tooLarge(limits.bodyBytes));
    else if (bytesInFlight > limits.bytesInFlight) [...receptions][0]?.end(bodyProblem(503, tooMuchAtOnce));
  }

  function receive(payload: Readable, announced: number, done: Done): void {
    if (announced > limits.bodyBytes) {
      done(tooLarge(limits.bodyBytes));
      return;
    }
    const reception: Reception = { chunks: [], bytes: 0, end };
    const onData = (chunk: Buffer) => add(reception, chunk);
    function end(problem: BodyProblem | null, body?: Buffer): void {
      if (!receptions.delete(reception)) return;
      bytesInFlight -= reception.bytes;
      if (problem !== null) payload.off('data', onData);
      done(problem, body);
    }
    receptions.add(reception);
    payload.on('data', onData);
    payload.on('end', () => end(null, joined(reception.chunks)));
    // A body that ends early is an error too, as long as somebody listens.
    payload.on('error', () => end(bodyProblem(400, 'The body ended early.')));
  }

  return { receive };
}

const tooMuchAtOnce = 'Too much is arriving at once; send it again.';

function tooLarge(bodyBytes: number): BodyProblem {
  return bodyProblem(413, `The body is larger than ${bodyBytes} bytes.`);
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
}
