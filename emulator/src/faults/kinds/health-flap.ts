import { defineFault, type FaultBase } from '../definition/fault.ts';
import { milliseconds } from '../definition/fields.ts';
import { probeSelection } from '../definition/selections.ts';

export interface HealthFlap extends FaultBase {
  kind: 'health-flap';
  downMs: number;
  upMs: number;
}

export const healthFlap = defineFault<HealthFlap>('health-flap', {
  about: 'probes fail and succeed alternately; a phase shorter than HealthNum or UnHealthNum probes changes nothing',
  selects: probeSelection,
  fields: { downMs: milliseconds(1), upMs: milliseconds(1) },
  required: ['downMs', 'upMs'],
  make: ({ downMs, upMs }, { clock }) => {
    const startMs = clock.now();
    return { failsProbes: () => (clock.now() - startMs) % (downMs + upMs) < downMs };
  },
});
