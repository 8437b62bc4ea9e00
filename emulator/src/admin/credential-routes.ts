import type { FastifyInstance } from 'fastify';
import type { Credentials } from '../credentials/credentials.ts';
import { parsePolicy } from '../credentials/parse-policy.ts';
import type { Policies, Policy } from '../credentials/policy.ts';

interface ById {
  Params: { id: string };
}
interface Put extends ById {
  Body: { secretKey: string; token?: string; expiry?: string };
}
interface PutPolicy extends ById {
  Body: unknown;
}

const text = { type: 'string', minLength: 1 };
const schema = {
  body: {
    type: 'object',
    required: ['secretKey'],
    additionalProperties: false,
    properties: { secretKey: text, token: text, expiry: { type: 'string', format: 'date-time' } },
  },
};

/** Who may call, and what. */
export function addCredentials(server: FastifyInstance, credentials: Credentials): void {
  server.put<Put>('/credentials/:id', { schema }, ({ params, body }) => {
    const { expiry, ...credential } = body;
    credentials.set(params.id, { ...credential, ...(expiry && { expiresAtMs: Date.parse(expiry) }) });
    return { id: params.id };
  });
  server.delete<ById>('/credentials/:id', async ({ params }, reply) => {
    if (!credentials.delete(params.id)) return reply.code(404).send({ error: `no credential ${params.id}` });
    return reply.code(204).send();
  });
}

/** The CAM policies of secret ids and roles. */
export function addPolicies(server: FastifyInstance, policies: Policies): void {
  server.put<PutPolicy>('/policies/:id', async ({ params, body }, reply) => {
    const policy = parsed(body);
    if (policy instanceof Error) return reply.code(400).send({ error: `expects ${policy.message}` });
    policies.set(params.id, policy);
    return { id: params.id };
  });
  server.delete<ById>('/policies/:id', async ({ params }, reply) => {
    if (!policies.delete(params.id)) return reply.code(404).send({ error: `no policy of ${params.id}` });
    return reply.code(204).send();
  });
}

function parsed(content: unknown): Policy | Error {
  try {
    return parsePolicy(content);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
