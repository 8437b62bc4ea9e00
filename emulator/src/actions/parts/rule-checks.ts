import { ApiError } from '../../errors/api-error.ts';
import type { Listener, Rule } from '../../state/model.ts';

/** Refuses a path that HTTP could not ask for; "~" starts a regular expression, "=" an exact path. */
export function checkUrl(url: string): void {
  if (/^(\/|~|= ?\/)/.test(url)) return;
  throw new ApiError('InvalidParameter.FormatError', `Url ${url} must begin with "/".`);
}

/** Exactly one of Domain and Domains must be there. */
export function domainsOf(one: string | undefined, many: string[] | undefined): string[] {
  if (one !== undefined && many !== undefined) {
    throw new ApiError('InvalidParameter', 'Domain and Domains exclude each other.');
  }
  const domains = many ?? (one === undefined ? [] : [one]);
  if (domains.length > 0) return domains;
  throw new ApiError('MissingParameter', 'One of Domain and Domains is required.');
}

/** Refuses a session time that is neither off nor in its range. */
export function checkSession(seconds = 0): void {
  if (seconds === 0 || seconds >= 30) return;
  throw new ApiError('InvalidParameterValue.Range', 'SessionExpireTime is 0 or from 30 to 86400.');
}

/** Refuses a pair of domain and path that another rule of the listener has. */
export function checkDuplicates(listener: Listener, domains: readonly string[], url: string, self?: Rule): void {
  const other = listener.rules.find(
    (rule) => rule !== self && rule.url === url && rule.domains.some((domain) => domains.includes(domain)),
  );
  if (!other) return;
  const message = `The rule ${domains[0] ?? ''}${url} of ${listener.id} is there already.`;
  throw new ApiError('InvalidParameterValue.Duplicate', message);
}
