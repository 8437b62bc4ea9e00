import { defineAction } from './action.ts';
import { startDomainTask } from './domains.ts';
import { requirePlace } from './lookup.ts';

export const modifyDomain = defineAction('ModifyDomain', (request, context) => {
  const place = requirePlace(context, request);
  startDomainTask(context, { ...place, domain: request.Domain, change: { domains: [request.NewDomain] } });
  return {};
});
