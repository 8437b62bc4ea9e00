import { decideGate, type GateRule } from '@clb-direct/shared/domain/gate-rule.ts';
import { readPodFacts } from '@clb-direct/shared/domain/pod-facts.ts';
import { asObject } from '@clb-direct/shared/domain/raw.ts';
import type { ClusterNetwork } from '@clb-direct/shared/domain/reach.ts';

/** Says of a pod without the gate whether the webhook would have given it one. */
export type GateExpected = (raw: unknown) => boolean;

/** By the webhook's own rule. Of the namespace only its name is known here, not its opt-out label. */
export function gateExpectedBy(rule: GateRule, network: ClusterNetwork): GateExpected {
  return (raw) => {
    const facts = readPodFacts(raw);
    const namespace = asObject(asObject(raw)?.['metadata'])?.['namespace'];
    if ('problem' in facts || typeof namespace !== 'string') return false;
    return decideGate(facts, namespace, rule, network).addGate;
  };
}
