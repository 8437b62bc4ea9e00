import type { Listener, LoadBalancer } from '../../state/model.ts';
import type { Store } from '../../state/store.ts';

/** A listener has one default domain: makes it the wanted one; undefined keeps the present one, or takes the first. */
export function settleDefaultServer(
  store: Store,
  loadBalancer: LoadBalancer,
  listener: Listener,
  wanted?: string,
): void {
  const { rules } = listener;
  const chosen = wanted ?? rules.find(({ defaultServer }) => defaultServer)?.domains[0] ?? rules[0]?.domains[0];
  for (const rule of rules) {
    const defaultServer = chosen !== undefined && rule.domains.includes(chosen);
    if (rule.defaultServer !== defaultServer) store.changeRule({ loadBalancer, listener, rule }, { defaultServer });
  }
}
