import { defineAction } from '../parts/action.ts';
import { checkInterval } from '../parts/address-versions.ts';
import { startTask } from '../parts/start-task.ts';
import { changeHealthCheck, requireCheckDomain } from '../parts/health-check.ts';
import { requireNamedListener, requireRule } from '../parts/lookup.ts';
import { checkDuplicates, checkSession, checkUrl } from '../parts/rule-checks.ts';

export const modifyRule = defineAction('ModifyRule', (request, context) => {
  const { loadBalancer, listener } = requireNamedListener(context, request);
  const rule = requireRule(listener, request.LocationId);
  const { Url: url = rule.url, ForwardType: forwardType = rule.forwardType } = request;
  checkUrl(url);
  checkInterval(loadBalancer, request.HealthCheck);
  checkSession(request.SessionExpireTime);
  checkDuplicates(listener, rule.domains, url, rule);
  const checked = { protocol: listener.protocol, domain: rule.domains[0], forwardType };
  const check = request.HealthCheck && changeHealthCheck(rule.healthCheck, request.HealthCheck, checked);
  if (check) requireCheckDomain(check, rule.domains);
  const change = {
    url,
    forwardType,
    scheduler: request.Scheduler ?? rule.scheduler,
    sessionExpireTime: request.SessionExpireTime ?? rule.sessionExpireTime,
    cookieName: request.CookieName ?? rule.cookieName,
  };
  const { store } = context;
  startTask(context, [loadBalancer.id], () => {
    store.changeRule({ loadBalancer, listener, rule }, change);
    if (check) store.changeHealthCheck({ loadBalancer, listener, rule }, check);
  });
  return {};
});
