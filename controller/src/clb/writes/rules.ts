import type { ClbWrites } from '../../core/model/clb-port.ts';
import { certificateIds } from '../codec/certificates.ts';
import { toCreateRuleCalls, toDeleteRuleCalls, toDomainRequest, toModifyRuleRequest } from '../codec/rule-requests.ts';
import { requireIds } from '../guards.ts';
import { nameOf, namesOf } from './purpose.ts';
import { sendEach, type WriteCalls } from './write-calls.ts';

type RuleWrites = Pick<ClbWrites, 'createRules' | 'modifyRule' | 'deleteRules'>;

export function createRuleWrites(write: WriteCalls): RuleWrites {
  return {
    async createRules(id, steps, signal) {
      const ids = steps.flatMap(({ listenerId, settings }) => [listenerId, ...certificateIds(settings.certificates)]);
      requireIds('CreateRule', [id, ...ids]);
      return sendEach(toCreateRuleCalls(id, steps), ({ request, steps: some }) => {
        const purpose = `create ${namesOf('rule', some)} on ${id}`;
        return write.untilDone({ action: 'CreateRule', purpose, request }, signal);
      });
    },
    async modifyRule(id, step, signal) {
      requireIds('ModifyRule', [id, step.listenerId, step.locationId]);
      if (step.settings.isDefault === true || step.settings.http2 !== undefined) {
        const purpose = `change the domain of ${nameOf(step.place)} on ${id}`;
        const request = toDomainRequest(id, step);
        await write.untilDone({ action: 'ModifyDomainAttributes', purpose, request }, signal);
        return;
      }
      const purpose = `change the rule for ${nameOf(step.place)} on ${id}`;
      await write.untilDone({ action: 'ModifyRule', purpose, request: toModifyRuleRequest(id, step) }, signal);
    },
    async deleteRules(id, steps, signal) {
      requireIds('DeleteRule', [id, ...steps.flatMap(({ listenerId, locationId }) => [listenerId, locationId])]);
      for (const { request, steps: some } of toDeleteRuleCalls(id, steps)) {
        const rules = some.map(({ locationId }) => locationId).join(', ');
        const purpose = `delete ${rules} of ${request.ListenerId} of ${id}`;
        await write.untilDone({ action: 'DeleteRule', purpose, request }, signal);
      }
    },
  };
}
