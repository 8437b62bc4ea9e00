import { defineAction } from './action.ts';
import { startDomainTask } from './domains.ts';
import { requireNamedListener } from './lookup.ts';

export const modifyDomain = defineAction('ModifyDomain', (request, context) => {
  const place = requireNamedListener(context, request);
  startDomainTask(context, { ...place, domain: request.Domain, change: { domains: [request.NewDomain] } });
  return {};
});
