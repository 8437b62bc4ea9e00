import { isWrite } from '../../definitions/action-kinds.ts';
import { defineFault, type FaultBase } from '../definition/fault.ts';
import { callSelection } from '../definition/selections.ts';
import { withEffect } from '../definition/with-effect.ts';

export interface SilentFailure extends FaultBase {
  kind: 'silent-failure';
}

export const silentFailure = defineFault<SilentFailure>('silent-failure', {
  about: 'a write succeeds, its task too, and nothing has changed',
  selects: callSelection,
  concerns: isWrite,
  make: () => ({ work: (work, next) => next(withEffect(work, () => ({}))) }),
});
