import { defineFault, type FaultBase } from '../definition/fault.ts';
import { probeSelection } from '../definition/selections.ts';

export interface RefuseProbes extends FaultBase {
  kind: 'refuse-probes';
}

export const refuseProbes = defineFault<RefuseProbes>('refuse-probes', {
  about: 'health probes fail whatever the target does',
  selects: probeSelection,
  make: () => ({ failsProbes: () => true }),
});
