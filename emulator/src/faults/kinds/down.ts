import { defineFault, type FaultBase } from '../fault.ts';
import { instead } from './instead.ts';

export interface Down extends FaultBase {
  kind: 'down';
}

export const down = defineFault<Down>('down', {
  about: 'the API is down: every connection is reset',
  selects: [],
  make: () => instead({}, { code: 'ConnectionReset', reply: { kind: 'reset' } }),
});
