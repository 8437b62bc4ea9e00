import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { createBodyLimit, type BodyLimit } from './body-limit.ts';

/** A request whose body is pushed by hand. */
interface Upload {
  readonly request: IncomingMessage;
  readonly pushed: Buffer[];
  /** Everything that came of it: its text, or the status of its refusal. */
  readonly seen: (string | number)[];
}

function begin(bodies: BodyLimit): Upload {
  const upload: Upload = { request: new IncomingMessage(new Socket()), pushed: [], seen: [] };
  bodies.receive(upload.request, (problem, text) => upload.seen.push(problem?.status ?? text));
  return upload;
}

async function push({ request, pushed }: Upload, bytes: Buffer): Promise<void> {
  pushed.push(bytes);
  request.push(bytes);
  await setImmediate();
}

async function end({ request }: Upload): Promise<void> {
  request.push(null);
  await setImmediate();
}

async function giveUp({ request }: Upload): Promise<void> {
  request.destroy(new Error('the client is gone'));
  await setImmediate();
}

const textOf = (bytes: readonly Buffer[]) => Buffer.concat(bytes).toString();
const sizeOf = (bytes: readonly Buffer[]) => bytes.reduce((sum, { length }) => sum + length, 0);

test.each([1, 7, 16_384, 65_535, 65_536, 65_537, 200_000])(
  'A text of letters of several bytes is whole, however it is cut: pieces of %d bytes.',
  async (pieceLength) => {
    const bodies = createBodyLimit({ bodyBytes: 1_000_000, bytesInFlight: 100_000_000 });
    for (const length of [300, 65_535, 65_536, 65_537, 120_000]) {
      const letters = 'ж漢😀'.repeat(Math.floor(length / 9));
      const bytes = Buffer.from('x'.repeat(length % 9) + letters);
      const upload = begin(bodies);
      for (let at = 0; at < bytes.length; at += pieceLength) upload.request.push(bytes.subarray(at, at + pieceLength));
      upload.request.push(null);
      while (upload.seen.length === 0) await setImmediate();
      expect(upload.seen[0] === bytes.toString()).toBe(true);
    }
  },
);

type Act = 'begin' | 'push' | 'end' | 'give up';
interface Step {
  readonly act: Act;
  readonly which: number;
  readonly bytes: number;
}
const anyStep: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom<Act>('begin', 'begin', 'push', 'push', 'push', 'push', 'push', 'push', 'end', 'give up'),
  which: fc.nat(),
  bytes: fc.integer({ min: 1, max: 30_000 }),
});

interface Scene {
  readonly bodies: BodyLimit;
  readonly all: Upload[];
  readonly open: readonly Upload[];
}

async function take({ act, which, bytes }: Step, { bodies, all, open }: Scene): Promise<void> {
  const one = open[which % open.length];
  if (act === 'begin' || one === undefined) all.push(begin(bodies));
  else if (act === 'push') await push(one, Buffer.alloc(bytes, `${all.indexOf(one)} `));
  else if (act === 'end') await end(one);
  else await giveUp(one);
}

const limits = { bodyBytes: 60_000, bytesInFlight: 100_000 };

test('Whatever comes at once: no texts are mixed up, all bytes stay in bounds, the oldest is refused.', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 60, maxLength: 150, size: 'max' }), async (steps) => {
      const bodies = createBodyLimit(limits);
      const all: Upload[] = [];
      const open = () => all.filter(({ seen }) => seen.length === 0);
      const held: number[] = [];
      const refusals: boolean[][] = [];
      for (const step of steps) {
        const before = open();
        await take(step, { bodies, all, open: before });
        held.push(open().reduce((sum, { pushed }) => sum + sizeOf(pushed), 0));
        refusals.push(before.map(({ seen }) => seen[0] === 503));
      }
      expect(Math.max(...held)).toBeLessThanOrEqual(limits.bytesInFlight);
      expect(refusals.filter((all) => all.lastIndexOf(true) !== all.filter(Boolean).length - 1)).toEqual([]);
      for (const upload of open()) await end(upload);
      // A client that was refused still sends for a while.
      for (const { seen, request } of all) if (seen[0] === 413 || seen[0] === 503) request.push(Buffer.alloc(10_000));
      for (const { seen, pushed } of all) {
        expect(seen).toHaveLength(1);
        expect([400, 503, sizeOf(pushed) > limits.bodyBytes ? 413 : textOf(pushed)]).toContain(seen[0]);
      }
      await expectNothingInFlight(bodies);
    }),
    { numRuns: 100 },
  );
}, 60_000);

/** As much fits in as at the beginning. */
async function expectNothingInFlight(bodies: BodyLimit): Promise<void> {
  const uploads = [begin(bodies), begin(bodies)];
  for (const upload of uploads) await push(upload, Buffer.alloc(limits.bytesInFlight / 2 - 512));
  expect(uploads.flatMap(({ seen }) => seen)).toEqual([]);
}

test('Pieces of one byte cost more than a byte: a body of them is refused before it is too large.', async () => {
  const bodies = createBodyLimit({ bodyBytes: 10_000_000, bytesInFlight: 1_000_000 });
  const upload = begin(bodies);
  for (let i = 0; i < 5_000; i += 1) upload.request.push(Buffer.from('x'));
  while (upload.request.readableLength > 0) await setImmediate();
  expect(upload.seen).toEqual([503]);
});
