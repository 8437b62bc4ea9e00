import { injectedError } from '../../errors/api-error.ts';
import { defineFault, type FaultBase, type Placed } from '../definition/fault.ts';
import { placed, text } from '../definition/fields.ts';
import { callerSelection } from '../definition/selections.ts';

export interface InjectedApiError extends FaultBase, Placed {
  kind: 'api-error';
  code: string;
  message?: string;
}

export const apiError = defineFault<InjectedApiError>('api-error', {
  about: 'the API answers with an error; after the effect, although the change is made',
  selects: callerSelection,
  fields: { code: text('an error code'), message: text('a sentence'), when: placed },
  required: ['code'],
  make: ({ code, message = 'An injected fault.', when }) => {
    const error = () => injectedError(code, message);
    if (when !== 'after') return { refusal: error };
    return {
      async work(work, next) {
        await next(work);
        throw error();
      },
    };
  },
});
