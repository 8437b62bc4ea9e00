import type { MatchCondition } from './match-conditions.ts';

/**
 * Which deletions the API server asks about: none that is certain to be let through at once. The rule in code is the
 * one that counts: these may let too much through, never too little. The review of an eviction does not carry the pod.
 */
export function drainConditions(gateType: string): readonly MatchCondition[] {
  const gate = JSON.stringify(gateType);
  const hasGate =
    'has(oldObject.spec.readinessGates) && oldObject.spec.readinessGates != null && ' +
    `oldObject.spec.readinessGates.exists(g, g.conditionType == ${gate})`;
  return [
    { name: 'not-the-kubelet', expression: "!request.userInfo.username.startsWith('system:node:')" },
    { name: 'not-a-preemption', expression: "request.userInfo.username != 'system:kube-scheduler'" },
    { name: 'not-a-dry-run', expression: '!has(request.dryRun) || !request.dryRun' },
    {
      name: 'gated-pod-or-eviction',
      expression:
        "(has(request.subResource) && request.subResource == 'eviction') || " +
        `(oldObject != null && !has(oldObject.metadata.deletionTimestamp) && ${hasGate})`,
    },
  ];
}
