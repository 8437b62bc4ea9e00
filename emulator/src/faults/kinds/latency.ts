import { defineFault, type FaultBase, type Placed } from '../definition/fault.ts';
import { milliseconds, placed } from '../definition/fields.ts';
import { callSelection } from '../definition/selections.ts';

export interface Latency extends FaultBase, Placed {
  kind: 'latency';
  delayMs: number;
}

export const latency = defineFault<Latency>('latency', {
  about: 'a call is done, or answered, later; beyond the time-out of the caller it never is',
  selects: callSelection,
  fields: { delayMs: milliseconds(1), when: placed },
  required: ['delayMs'],
  make: ({ delayMs, when }, { clock }) => {
    const wait = () => new Promise<void>((resolve) => void clock.after(delayMs, resolve));
    return {
      async call(next) {
        if (when !== 'after') await wait();
        const outcome = await next();
        if (when === 'after') await wait();
        return outcome;
      },
    };
  },
});
