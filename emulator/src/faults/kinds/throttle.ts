import { rateLimitError } from '../../limits/rate-limit.ts';
import { defineFault, type FaultBase } from '../definition/fault.ts';
import { integer } from '../definition/fields.ts';
import { callerSelection } from '../definition/selections.ts';

export interface Throttle extends FaultBase {
  kind: 'throttle';
  perSecond?: number;
}

export const throttle = defineFault<Throttle>('throttle', {
  about: 'calls are refused as by the rate limit: all, or those beyond perSecond',
  selects: callerSelection,
  fields: { perSecond: integer(1, 1000) },
  make: ({ perSecond }, { clock, ratePerSecond }) => {
    let second = 0;
    let seen = 0;
    return {
      refusal(language) {
        const now = Math.floor(clock.now() / 1000);
        seen = now === second ? seen + 1 : 1;
        second = now;
        if (perSecond === undefined) return rateLimitError(ratePerSecond + 1, ratePerSecond, language);
        return seen > perSecond ? rateLimitError(seen, perSecond, language) : undefined;
      },
    };
  },
});
