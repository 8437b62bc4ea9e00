import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import { createBodyLimit, type BodyLimits } from './limits/body-limit.ts';
import type { ConnectionLimit } from './limits/connection-limit.ts';
import { parseBody, tooManyBrackets, Unparsed } from './parse-body.ts';
import { unsupportedMediaType } from './refusal.ts';
import type { Traffic } from './traffic.ts';

/** A path to which the API server posts AdmissionReviews, and what answers them. */
export interface AdmissionEndpoint {
  readonly path: string;
  /** Why it cannot answer yet; empty = it can. */
  problems(): readonly string[];
  /**
   * Answers a parsed body with the JSON of an AdmissionReview. Throws a Refusal if the body is not a review that can be
   * answered. One that waits keeps a deadline of its own, which is before the registration's, and calls `keep` when it
   * is sure that the wait is for something: its connection then stays as long as one with an answer.
   */
  answer(body: unknown, keep?: () => void): string | Promise<string>;
  /**
   * Answers a review whose object is too large to be parsed. Without it such a review is refused, and nobody could
   * delete the object where the registration says Fail.
   */
  answerUnparsed?(uid: string): string;
}

export interface EndpointRoutesOptions {
  readonly endpoints: readonly AdmissionEndpoint[];
  readonly limits: BodyLimits;
  readonly connections: ConnectionLimit;
  readonly traffic: Traffic;
}

// With its charset, because Fastify would add one to each answer.
const json = 'application/json; charset=utf-8';

/**
 * Fastify plugin: one route per endpoint. Only here a body is read, so a request to another path is refused without it.
 */
export async function endpointRoutes(scope: FastifyInstance<Server>, o: EndpointRoutesOptions): Promise<void> {
  readBodies(scope, o.limits);
  for (const endpoint of o.endpoints) scope.post(endpoint.path, handlerOf(endpoint, o));
  await scope.after();
}

function readBodies(scope: FastifyInstance<Server>, limits: BodyLimits): void {
  const bodies = createBodyLimit(limits);
  scope.addContentTypeParser('application/json', (_request, payload, done) => {
    bodies.receive(payload, (problem, text) => {
      if (problem === undefined) parseInto(done, text);
      else done(problem);
    });
  });
}

function parseInto(done: (error: Error | null, body?: unknown) => void, text: string): void {
  let body: unknown;
  try {
    body = parseBody(text);
  } catch (error) {
    done(error as Error);
    return;
  }
  done(null, body);
}

function answerOf(endpoint: AdmissionEndpoint, body: unknown, keep: () => void): string | Promise<string> {
  if (!(body instanceof Unparsed)) return endpoint.answer(body, keep);
  if (endpoint.answerUnparsed === undefined) throw tooManyBrackets();
  return endpoint.answerUnparsed(body.uid);
}

function handlerOf(endpoint: AdmissionEndpoint, { connections, traffic }: EndpointRoutesOptions) {
  return (request: FastifyRequest, reply: FastifyReply): void => {
    // Fastify asks no parser for a request that has neither a content type nor a body.
    if (request.body === undefined) throw unsupportedMediaType();
    const { socket } = request.raw;
    const answer = answerOf(endpoint, request.body, () => connections.keep(socket, performance.now()));
    if (typeof answer === 'string') send(answer, socket, reply);
    // Never rejected: what goes wrong while it waits is answered too.
    else void answer.then((text) => send(text, socket, reply));
  };

  function send(text: string, socket: Socket, reply: FastifyReply): void {
    traffic.lastAnswerMs = performance.now();
    connections.keep(socket, traffic.lastAnswerMs);
    if (traffic.isDraining) void reply.header('connection', 'close');
    void reply.type(json).send(text);
  }
}
