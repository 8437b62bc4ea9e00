import type { Listener, LoadBalancer, RuleSettings } from '../../state/model.ts';
import type { ActionContext } from './action.ts';
import { startTask } from './start-task.ts';
import { requireDomain } from './lookup.ts';
import { checkDuplicates } from './rule-checks.ts';
import { settleDefaultServer } from './default-domain.ts';

interface DomainChange {
  loadBalancer: LoadBalancer;
  listener: Listener;
  domain: string;
  change: Partial<RuleSettings>;
  /** The default domain afterwards; undefined leaves it alone. */
  defaultDomain?: string | undefined;
}

/** Starts the task that changes all rules of a domain. */
export function startDomainTask(context: ActionContext, wanted: DomainChange): void {
  const { loadBalancer, listener, domain, change, defaultDomain } = wanted;
  const rules = requireDomain(listener, domain);
  if (change.domains) {
    for (const rule of rules) checkDuplicates(listener, change.domains, rule.url, rule);
  }
  const { store } = context;
  startTask(context, [loadBalancer.id], () => {
    rules.forEach((rule) => store.changeRule({ loadBalancer, listener, rule }, change));
    settleDefaultServer(store, loadBalancer, listener, defaultDomain);
  });
}
