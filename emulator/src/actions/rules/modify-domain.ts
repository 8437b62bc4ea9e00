import { defineAction } from '../parts/action.ts';
import { startDomainTask } from '../parts/domain-task.ts';
import { requireNamedListener } from '../parts/lookup.ts';

export const modifyDomain = defineAction('ModifyDomain', (request, context) => {
  const place = requireNamedListener(context, request);
  startDomainTask(context, { ...place, domain: request.Domain, change: { domains: [request.NewDomain] } });
  return {};
});
