import { ApiError } from '../api/api-error.ts';
import type { Clock } from '../clock.ts';

export type Language = 'zh-CN' | 'en-US';

/** Texts as other products behind the same gateway were seen to send them. */
const texts: Record<Language, (seen: number, limit: number) => string> = {
  'zh-CN': (seen, limit) => `您当前每秒请求 \`${seen}\` 次，超过了每秒频率上限 \`${limit}\`，请稍后重试。`,
  'en-US': (seen, limit) =>
    `Your current request times equals to \`${seen}\` in a second, which exceeds the frequency limit \`${limit}\` for a second. Please reduce the frequency of calls.`,
};

/** The refusal of a caller that is too fast. */
export function rateLimitError(seen: number, limit: number, language: Language): ApiError {
  return new ApiError('RequestLimitExceeded', texts[language](seen, limit));
}

interface Window {
  second: number;
  seen: number;
}

/** Counts requests by action and secret id in calendar seconds, refused ones too. */
export function createRateLimit(clock: Clock, perSecond: number) {
  const windows = new Map<string, Window>();
  return (action: string, secretId: string, language: Language): void => {
    const key = `${action} ${secretId}`;
    const second = Math.floor(clock.now() / 1000);
    const before = windows.get(key);
    const seen = before?.second === second ? before.seen + 1 : 1;
    windows.set(key, { second, seen });
    if (seen > perSecond) throw rateLimitError(seen, perSecond, language);
  };
}
