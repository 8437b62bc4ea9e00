import { isWrite } from '../../definitions/action-kinds.ts';
import { defineFault, type FaultBase } from '../fault.ts';
import { callSelection } from './selections.ts';
import { withEffect } from './with-effect.ts';

export interface SilentFailure extends FaultBase {
  kind: 'silent-failure';
}

export const silentFailure = defineFault<SilentFailure>('silent-failure', {
  about: 'a write succeeds, its task too, and nothing has changed',
  selects: callSelection,
  concerns: isWrite,
  make: () => ({ work: (work, next) => next(withEffect(work, () => ({}))) }),
});
