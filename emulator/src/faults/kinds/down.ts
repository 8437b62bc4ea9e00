import { defineFault, type FaultBase } from '../definition/fault.ts';
import { instead } from '../definition/instead.ts';

export interface Down extends FaultBase {
  kind: 'down';
}

export const down = defineFault<Down>('down', {
  about: 'the API is down: every connection is reset',
  selects: [],
  make: () => instead({}, { code: 'ConnectionReset', reply: { kind: 'reset' } }),
});
