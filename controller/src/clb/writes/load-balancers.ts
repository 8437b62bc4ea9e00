import type { ClbWrites } from '../../core/model/clb-port.ts';
import { describeOwner } from '../../core/model/owner.ts';
import type { LoadBalancerSettings } from '../../core/model/settings.ts';
import { malformed } from '../api-failure.ts';
import { toCreateRequest, toModifyRequest } from '../codec/load-balancers.ts';
import { requireIds } from '../guards.ts';
import type { Done, WriteCalls } from './write-calls.ts';

type LoadBalancerWrites = Pick<ClbWrites, 'createLoadBalancer' | 'modifyLoadBalancer' | 'deleteLoadBalancer'>;

export function createLoadBalancerWrites(write: WriteCalls): LoadBalancerWrites {
  async function modify(id: string, settings: LoadBalancerSettings, signal: AbortSignal): Promise<void> {
    requireIds('ModifyLoadBalancerAttributes', [id]);
    const { securityGroups, ...attributes } = settings;
    // Who may come in goes first.
    if (securityGroups !== undefined) await setSecurityGroups(id, securityGroups, signal);
    if (Object.keys(attributes).length === 0) return;
    const ask = { purpose: `change the settings of ${id}`, request: toModifyRequest(id, attributes) };
    await write.untilDone({ action: 'ModifyLoadBalancerAttributes', ...ask }, signal);
  }

  /** The API unbinds those that are not named, and is done when it answers. */
  async function setSecurityGroups(id: string, groups: readonly string[], signal: AbortSignal): Promise<void> {
    const request = { LoadBalancerId: id, SecurityGroups: [...groups] };
    const ask = { purpose: `set the security groups of ${id}`, request };
    await write.now({ action: 'SetLoadBalancerSecurityGroups', ...ask }, signal);
  }

  return {
    async createLoadBalancer(wanted, token, signal) {
      requireIds('CreateLoadBalancer', [token]);
      const purpose = `create the CLB of ${describeOwner(wanted.owner)}`;
      const ask = { action: 'CreateLoadBalancer', purpose, request: toCreateRequest(wanted, token) } as const;
      const id = createdId(await write.untilDone(ask, signal));
      if (id === undefined) throw write.fail(malformed('LoadBalancerIds is missing'), ask);
      return id;
    },
    modifyLoadBalancer: modify,
    async deleteLoadBalancer(id, signal) {
      requireIds('DeleteLoadBalancer', [id]);
      const request = { LoadBalancerIds: [id] };
      await write.untilDone({ action: 'DeleteLoadBalancer', purpose: `delete ${id}`, request }, signal);
    },
  };
}

/**
 * The answer leaves the id out while the creation is slow; then its task names it (CreateLoadBalancer, doc
 * 214/30692).
 */
function createdId({ answer, task }: Done<'CreateLoadBalancer'>): string | undefined {
  return answer.LoadBalancerIds?.[0] ?? task.LoadBalancerIds?.[0];
}
