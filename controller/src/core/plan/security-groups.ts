import type { Step } from '../model/step.ts';

/**
 * No listener is made, or replaced, before the CLB has the security groups that its owner asks for: it would be open
 * to clients that the owner keeps out, for as long as the CLB refuses them.
 */
export function afterSecurityGroups(steps: readonly Step[]): readonly Step[] {
  const isOpen = steps.some(
    (step) => step.kind === 'modify-load-balancer' && step.settings.securityGroups !== undefined,
  );
  return isOpen ? steps.filter((step) => !makesListener(step)) : steps;
}

function makesListener({ kind, reason }: Step): boolean {
  return kind === 'create-listener' || (kind === 'delete-listener' && reason === 'replaced');
}
