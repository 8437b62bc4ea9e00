import { isProblem, parseBalancerRules, showBalancerRules, type BalancerRule } from '../domain/balancer-rules.ts';
import type { Setting } from './setting.ts';

/** Which namespaces may use which CLBs; empty: no rule. */
export function balancerRules({ help }: { readonly help: string }): Setting<readonly BalancerRule[]> {
  return {
    kind: 'rules',
    help,
    fallback: [],
    expects: 'CLB=NAMESPACE,NAMESPACE with ; between rules, * for any text',
    example: 'lb-a1b2c3d4=shop,shop-*; lb-*=platform',
    secret: false,
    emptyCounts: false,
    parse: (text) => {
      const rules = parseBalancerRules(text);
      return isProblem(rules) ? undefined : rules;
    },
    problemOf: (text) => {
      const rules = parseBalancerRules(text);
      return isProblem(rules) ? rules.problem : undefined;
    },
    show: showBalancerRules,
  };
}
