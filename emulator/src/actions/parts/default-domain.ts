import type { Listener, LoadBalancer } from '../../state/model.ts';
import type { Store } from '../../state/store.ts';

/** One domain of a listener is its default: makes it that of these rules; keeps the one there is without a wish. */
export function settleDefaultServer(store: Store, loadBalancer: LoadBalancer, listener: Listener, wish?: string): void {
  const { rules } = listener;
  const chosen = wish ?? rules.find(({ defaultServer }) => defaultServer)?.domains[0] ?? rules[0]?.domains[0];
  for (const rule of rules) {
    const defaultServer = chosen !== undefined && rule.domains.includes(chosen);
    if (rule.defaultServer !== defaultServer) store.changeRule({ loadBalancer, listener, rule }, { defaultServer });
  }
}
