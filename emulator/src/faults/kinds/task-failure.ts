import { isWrite } from '../../definitions/action-kinds.ts';
import { injectedError } from '../../errors/api-error.ts';
import { defineFault, type FaultBase } from '../definition/fault.ts';
import { text } from '../definition/fields.ts';
import { callSelection } from '../definition/selections.ts';
import { withEffect } from '../definition/with-effect.ts';

export interface TaskFailure extends FaultBase {
  kind: 'task-failure';
  message?: string;
}

export const taskFailure = defineFault<TaskFailure>('task-failure', {
  about: 'a write is accepted and its task fails; a batch call fails when it should be done',
  selects: callSelection,
  fields: { message: text('a sentence') },
  concerns: isWrite,
  make: ({ message = 'An injected fault.' }) => {
    const fails = () => {
      throw injectedError('FailedOperation', message);
    };
    return { work: (work, next) => next(withEffect(work, fails)) };
  },
});
