/**
 * JSON patches (RFC 6902, base64) that add the gate and touch nothing else: for a pod without gates and for one with.
 */
export interface GatePatches {
  readonly firstGate: string;
  readonly furtherGate: string;
}

/** Writes both patches. */
export function writePatches(gateType: string): GatePatches {
  const gate = { conditionType: gateType };
  const encode = (path: string, value: unknown) =>
    Buffer.from(JSON.stringify([{ op: 'add', path, value }])).toString('base64');
  return { firstGate: encode('/spec/readinessGates', [gate]), furtherGate: encode('/spec/readinessGates/-', gate) };
}
