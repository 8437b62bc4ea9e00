import type { Outcome } from '../../calls/outcome.ts';
import type { Effects, Placed } from './fault.ts';

/** Answers something else than the API would: before the effect, without it; after, with the answer lost. */
export function instead({ when }: Placed, outcome: Outcome): Effects {
  return {
    async call(next) {
      if (when === 'after') await next();
      return outcome;
    },
  };
}
