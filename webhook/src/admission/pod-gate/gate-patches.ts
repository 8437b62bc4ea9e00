import type { PatchOperation } from '../pre-stop/judge-sleep.ts';

/** What the patch of one pod is made of. */
export interface PodPatch {
  readonly hasGates: boolean;
  /** Added beside the gate. */
  readonly others: readonly PatchOperation[];
}

/** Writes a JSON patch (RFC 6902, base64) that adds the gate and the others, and touches nothing else. */
export type WriteGatePatch = (pod: PodPatch) => string;

/** Prepares the two patches that nearly every answer has: those of the gate alone. */
export function prepareGatePatches(gateType: string): WriteGatePatch {
  const gate = { conditionType: gateType };
  const firstGate = patchWith({ op: 'add', path: '/spec/readinessGates', value: [gate] });
  const furtherGate = patchWith({ op: 'add', path: '/spec/readinessGates/-', value: gate });
  return ({ hasGates, others }) => (hasGates ? furtherGate(others) : firstGate(others));
}

function patchWith(operation: PatchOperation): (others: readonly PatchOperation[]) => string {
  const alone = encodePatch([operation]);
  return (others) => (others.length === 0 ? alone : encodePatch([operation, ...others]));
}

/** As an AdmissionReview carries it. */
export function encodePatch(operations: readonly PatchOperation[]): string {
  return Buffer.from(JSON.stringify(operations)).toString('base64');
}
