import { ApiError } from '../errors/api-error.ts';
import type { ErrorCode } from '../errors/error-codes.ts';
import type { Clock } from '../runtime/clock.ts';

export type Language = 'zh-CN' | 'en-US';

/** Texts as other products behind the same gateway were seen to send them. */
const texts: Record<Language, (seen: number, limit: number) => string> = {
  'zh-CN': (seen, limit) => `您当前每秒请求 \`${seen}\` 次，超过了每秒频率上限 \`${limit}\`，请稍后重试。`,
  'en-US': (seen, limit) =>
    `Your current request times equals to \`${seen}\` in a second, which exceeds the frequency limit \`${limit}\` ` +
    'for a second. Please reduce the frequency of calls.',
};

/** The refusal of a caller that is too fast. */
export function rateLimitError(
  seen: number,
  limit: number,
  language: Language,
  code: ErrorCode = 'RequestLimitExceeded',
): ApiError {
  return new ApiError(code, texts[language](seen, limit));
}

interface Rates {
  /** Requests a second for each action of each secret id. */
  perSecond: number;
  /** Other limits for some actions. */
  byAction: Readonly<Record<string, number>>;
  /** Requests a second of all callers together, which are one main account; undefined: no limit. */
  perAccount: number | undefined;
}

interface Call {
  action: string;
  secretId: string;
  language: Language;
}

interface Window {
  second: number;
  seen: number;
}

/** Counts requests in calendar seconds, by action and secret id and for the whole account; refused ones too. */
export function createRateLimit(clock: Clock, rates: Rates): (call: Call) => void {
  const windows = new Map<string, Window>();

  function count(key: string): number {
    const second = Math.floor(clock.now() / 1000);
    const before = windows.get(key);
    const seen = before?.second === second ? before.seen + 1 : 1;
    windows.set(key, { second, seen });
    return seen;
  }

  return ({ action, secretId, language }) => {
    const ofAccount = count('');
    const ofAction = count(`${action} ${secretId}`);
    const limit = rates.byAction[action] ?? rates.perSecond;
    if (ofAction > limit) throw rateLimitError(ofAction, limit, language);
    if (rates.perAccount !== undefined && ofAccount > rates.perAccount) {
      throw rateLimitError(ofAccount, rates.perAccount, language, 'RequestLimitExceeded.UinLimitExceeded');
    }
  };
}
