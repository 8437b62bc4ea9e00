import { silence, watchRefusal } from './failures.ts';
import { KubeError, noAnswer, type WatchCall, type WatchEvent } from './kube-api.ts';
import type { KubeMetrics } from './kube-metrics.ts';
import { startSilenceGuard, type SilenceGuard } from './silence-guard.ts';
import type { Transport } from './transport.ts';
import { watchLines } from './watch-lines.ts';

const defaultIdleMs = 120_000;
const defaultLimitMs = 600_000;
/** The server ends a watch at timeoutSeconds; a watch that lives so much longer is half-open. */
const overtimeMs = 30_000;

/** One watch: events until the server ends it. */
export async function* watch(
  parts: { transport: Transport; metrics: KubeMetrics },
  call: WatchCall,
): AsyncGenerator<WatchEvent> {
  const request = `WATCH ${call.path}`;
  const guard = startSilenceGuard({
    request,
    signal: call.signal,
    idleMs: call.idleMs ?? defaultIdleMs,
    limitMs: limitOf(call),
  });
  try {
    const body = await open(parts, call, guard);
    for await (const line of watchLines(touching(body, guard))) {
      const event = parse(request, line);
      if (event !== undefined) yield event;
    }
  } catch (error) {
    guard.signal.throwIfAborted();
    throw silence(request, error);
  } finally {
    guard.stop();
  }
}

async function open(
  { transport, metrics }: { transport: Transport; metrics: KubeMetrics },
  call: WatchCall,
  guard: SilenceGuard,
): Promise<AsyncIterable<Uint8Array>> {
  const startedAt = performance.now();
  const query = { ...call.query, watch: true, allowWatchBookmarks: true };
  try {
    const answer = await transport({
      method: 'GET',
      path: call.path,
      query,
      signal: guard.signal,
      silenceMs: limitOf(call),
    });
    metrics.answered('WATCH', performance.now() - startedAt);
    guard.touch();
    return answer.body;
  } catch (error) {
    metrics.failed('WATCH', error, performance.now() - startedAt);
    throw error;
  }
}

async function* touching(chunks: AsyncIterable<Uint8Array>, guard: SilenceGuard): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    guard.touch();
    yield chunk;
  }
}

function limitOf(call: WatchCall): number {
  const seconds = Number(call.query?.['timeoutSeconds']);
  return Number.isNaN(seconds) ? defaultLimitMs : seconds * 1_000 + overtimeMs;
}

function parse(request: string, line: string): WatchEvent | undefined {
  const { type, object } = parseJson(request, line) as { type?: unknown; object?: unknown };
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
    case 'BOOKMARK':
      return { type, object };
    case 'ERROR':
      throw watchRefusal(request, object);
    default:
      return undefined;
  }
}

function parseJson(request: string, line: string): object {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Reported below without the line, which may contain a Secret.
  }
  throw new KubeError({ status: 0, reason: noAnswer.badAnswer, message: `${request}: a line is no JSON object` });
}
