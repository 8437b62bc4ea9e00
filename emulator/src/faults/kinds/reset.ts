import { defineFault, type FaultBase, type Placed } from '../definition/fault.ts';
import { placed } from '../definition/fields.ts';
import { instead } from '../definition/instead.ts';
import { callSelection } from '../definition/selections.ts';

export interface Reset extends FaultBase, Placed {
  kind: 'reset';
}

export const reset = defineFault<Reset>('reset', {
  about: 'the connection is reset: before the effect, or after it, so that the change is made and the answer lost',
  selects: callSelection,
  fields: { when: placed },
  make: (fault) =>
    instead(fault, { code: fault.when === 'after' ? 'AnswerLost' : 'ConnectionReset', reply: { kind: 'reset' } }),
});
