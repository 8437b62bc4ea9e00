import { defineAction } from '../parts/action.ts';
import { startDomainTask } from '../parts/domain-task.ts';
import { requireL7, requireNamedListener } from '../parts/lookup.ts';
import { checkDomains } from '../parts/rule-checks.ts';

export const modifyDomain = defineAction('ModifyDomain', (request, context) => {
  const place = requireNamedListener(context, request);
  requireL7(place.listener);
  checkDomains([request.NewDomain]);
  startDomainTask(context, { ...place, domain: request.Domain, change: { domains: [request.NewDomain] } });
  return {};
});
