import type { FastifyInstance } from 'fastify';
import { parseCidr } from '../state/ipv4-ranges.ts';
import { parsePorts, type SecurityRule } from '../state/security-groups.ts';
import type { Store } from '../state/store.ts';

interface ById {
  Params: { id: string };
}
interface Put extends ById {
  Body: { ingress: SecurityRule[] };
}

const rule = {
  type: 'object',
  required: ['action', 'cidrBlock'],
  additionalProperties: false,
  properties: {
    action: { enum: ['ACCEPT', 'DROP'] },
    protocol: { enum: ['TCP', 'UDP', 'ALL'], default: 'ALL' },
    port: { type: 'string', default: 'ALL' },
    cidrBlock: { type: 'string' },
  },
};
const body = {
  type: 'object',
  required: ['ingress'],
  additionalProperties: false,
  properties: { ingress: { type: 'array', items: rule, maxItems: 100 } },
};

function whyWrong(ingress: readonly SecurityRule[]): string | undefined {
  for (const [index, { port, cidrBlock }] of ingress.entries()) {
    if (!parsePorts(port)) return `ingress.${index}.port: got "${port}", expects ALL or ports like 80,8000-8010`;
    if (!parseCidr(cidrBlock)) return `ingress.${index}.cidrBlock: got "${cidrBlock}", expects an IPv4 range`;
  }
  return undefined;
}

/** The rules of security groups, which are the VPC's: CLB only has their ids. */
export function addSecurityGroups(server: FastifyInstance, store: Store): void {
  server.get('/security-groups', () => ({
    securityGroups: [...store.securityGroups].map(([id, ingress]) => ({ id, ingress })),
  }));
  server.put<Put>('/security-groups/:id', { schema: { body } }, async ({ params, body: { ingress } }, reply) => {
    const error = whyWrong(ingress);
    if (error !== undefined) return reply.code(400).send({ error });
    store.setSecurityGroup(params.id, ingress);
    return { id: params.id };
  });
  server.delete<ById>('/security-groups/:id', async ({ params: { id } }, reply) => {
    if (!store.securityGroups.has(id)) return reply.code(404).send({ error: `no security group ${id}` });
    const user = [...store.loadBalancers.values()].find(({ secureGroups }) => secureGroups.includes(id));
    if (user) return reply.code(409).send({ error: `${user.id} has the security group ${id}: unbind it first` });
    store.setSecurityGroup(id, undefined);
    return reply.code(204).send();
  });
}
