import { isWrite } from '../../definitions/action-kinds.ts';
import { recordHistory } from '../../state/history.ts';
import { defineFault, type FaultBase } from '../definition/fault.ts';
import { milliseconds } from '../definition/fields.ts';
import { callSelection } from '../definition/selections.ts';

export interface StaleReads extends FaultBase {
  kind: 'stale-reads';
  ageMs: number;
}

export const staleReads = defineFault<StaleReads>('stale-reads', {
  about: 'reads answer the state of ageMs ago, but never from before the fault was set',
  selects: callSelection,
  fields: { ageMs: milliseconds(1) },
  required: ['ageMs'],
  concerns: (action) => !isWrite(action),
  make: ({ ageMs }, { store, clock }) => {
    const history = recordHistory({ store, clock, keepMs: ageMs });
    return {
      work({ body, context }, next) {
        const old = { ...context.store, loadBalancers: history.at(clock.now() - ageMs) };
        return next({ body, context: { ...context, store: old } });
      },
      end: history.end,
    };
  },
});
