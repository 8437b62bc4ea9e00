import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EniDefault } from '@clb-direct/shared/domain/eni.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { AdmissionMetrics } from './admission-metrics.ts';
import { answerFailure, prepareAnswers, type ReviewAnswer } from './answer-review.ts';
import { createBodyRoom, type BodyLimits } from './body-room.ts';
import type { ConnectionRoom } from './connection-room.ts';
import type { GateRule } from '@clb-direct/shared/domain/gate-rule.ts';
import { parseBody } from './parse-body.ts';
import { isRefusal, refusal } from './refusal.ts';

/**
 * Answers requests on Node's own objects. Reviews do not go through Fastify, which would cost each of them more than the
 * decision does (docs/benchmarks.md).
 */
export interface ReviewDesk {
  /** Answers a POST to the path of the reviews. */
  receive(request: IncomingMessage, response: ServerResponse): void;
  /** Answers with what went wrong: with the text of a refusal, and of any other error only that there was one. */
  refuse(response: ServerResponse, error: unknown): void;
  /** Every answer from now on asks the API server to connect anew, to another replica. */
  startDraining(): void;
  /** How long ago the last request was answered, in milliseconds; Infinity = none ever was. */
  quietMs(): number;
}

export interface ReviewDeskOptions {
  readonly rule: GateRule;
  /** Undefined = not known yet: then the API server is asked to come again. */
  eniDefault(): EniDefault | undefined;
  readonly metrics: AdmissionMetrics;
  readonly room: ConnectionRoom;
  readonly limits: BodyLimits;
  readonly log: Log;
}

// Nothing here waits, so the deadline that the API server sends as `?timeout=` cannot pass between question and answer.
export function createReviewDesk(o: ReviewDeskOptions): ReviewDesk {
  const answerReview = prepareAnswers(o.rule);
  const bodies = createBodyRoom(o.limits);
  let isDraining = false;
  let lastAnswerMs = -Infinity;

  function receive(request: IncomingMessage, response: ServerResponse): void {
    if (!isJson(request)) {
      refuse(response, refusal(415, 'Send a body of the content type application/json.'));
      return;
    }
    bodies.receive(request, (problem, text) => {
      try {
        if (problem !== undefined) throw problem;
        answer(response, parseBody(text));
      } catch (error) {
        refuse(response, error);
      }
    });
  }

  function answer(response: ServerResponse, body: unknown): void {
    const startedMs = performance.now();
    const eniDefault = o.eniDefault();
    if (eniDefault === undefined) throw refusal(503, 'Not ready yet: which pods are ENI pods is still being read.');
    const answered = answerSafely(() => answerReview(body, eniDefault), body, o.log);
    if (answered.kind === 'refused') throw refusal(400, answered.problem);
    lastAnswerMs = performance.now();
    o.metrics.answered(answered.result, answered.reason, (lastAnswerMs - startedMs) / 1000);
    if (response.socket !== null) o.room.keep(response.socket, lastAnswerMs);
    send(response, 200, JSON.stringify(answered.body), isDraining ? [...json, ...goodbye] : json);
  }

  // Whoever is refused connects anew: only connections that carry reviews are worth keeping.
  function refuse(response: ServerResponse, error: unknown): void {
    const { status, message } = isRefusal(error) ? error : refusal(500, 'Internal error.');
    if (status === 500) o.log.error({ err: error }, 'a request could not be answered');
    o.metrics.refused(status);
    lastAnswerMs = performance.now();
    send(response, status, `${message}\n`, [...plainText, ...goodbye, ...(headersFor[status] ?? [])]);
  }

  return {
    receive,
    refuse,
    startDraining: () => (isDraining = true),
    quietMs: () => performance.now() - lastAnswerMs,
  };
}

function answerSafely(answerReview: () => ReviewAnswer, body: unknown, log: Log): ReviewAnswer {
  try {
    return answerReview();
  } catch (error) {
    log.error({ err: error }, 'a review could not be judged; its pod was let through unchanged');
    return answerFailure(body) ?? { kind: 'refused', problem: 'The review could not be read.' };
  }
}

const json = ['content-type', 'application/json'];
const plainText = ['content-type', 'text/plain; charset=utf-8'];
const goodbye = ['connection', 'close'];
/** What a status needs besides its text. The API server repeats a POST only after a 503 that says when. */
const headersFor: Readonly<Record<number, readonly string[]>> = { 405: ['allow', 'POST'], 503: ['retry-after', '1'] };

function send(response: ServerResponse, status: number, text: string, headers: readonly string[]): void {
  response.writeHead(status, [...headers, 'content-length', String(Buffer.byteLength(text))]).end(text);
}

function isJson({ headers }: IncomingMessage): boolean {
  const type = headers['content-type'];
  return type === 'application/json' || /^application\/json\s*(;|$)/i.test(type ?? '');
}
