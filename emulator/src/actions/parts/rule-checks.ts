import { ApiError } from '../../errors/api-error.ts';
import type { Listener, Rule } from '../../state/model.ts';

/** Plain paths, also behind "=" (exact) and "^~" (before regular expressions); doc 214/9032 gives the characters. */
const plainUrl = /^(= ?|\^~ ?)?\/[\w./=?:-]*$/;
/**
 * A regular expression, "~*" regardless of case; "~" occurs only at the start. The page has no backslash, but TKE's
 * page about such paths (457/122962) uses it.
 */
const regexUrl = /^~[\w./=?^*$:()[\]+|\\ -]+$/;

/** Refuses a path that a rule cannot have. */
export function checkUrl(url: string): void {
  if (plainUrl.test(url) || regexUrl.test(url)) return;
  const why = /^(= ?|\^~ ?)?\//.test(url) ? 'has characters that are not allowed' : 'must begin with "/"';
  throw new ApiError('InvalidParameter.FormatError', `Url ${url} ${why}.`);
}

/** One "*", in front or at the end. */
const plainDomain = /^(\*|[a-z0-9.-])[\w.-]*$|^[a-z0-9.-][\w.-]*\*$/i;
const regexDomain = /^~[\w.?=~+\\^*!$&|()[\]-]+$/;

/** Refuses a name that a domain cannot have (doc 214/9032). */
export function checkDomains(domains: readonly string[]): void {
  const wrong = domains.find((domain) => !plainDomain.test(domain) && !regexDomain.test(domain));
  if (wrong === undefined) return;
  throw new ApiError('InvalidParameter.FormatError', `The domain ${wrong} has a form that is not allowed.`);
}

interface DomainSettings {
  Http2?: boolean;
  Quic?: boolean;
  Certificate?: object;
  MultiCertInfo?: object;
}

/** Refuses what only domains of HTTPS listeners have (comments of RuleInput and ModifyDomainAttributesRequest). */
export function checkDomainSettings({ protocol }: Listener, settings: DomainSettings): void {
  if (protocol === 'HTTPS') return;
  const { Certificate, MultiCertInfo, Http2, Quic } = settings;
  if (!Certificate && !MultiCertInfo && Http2 !== true && Quic !== true) return;
  const message = 'Certificates, Http2 and Quic are for HTTPS listeners.';
  throw new ApiError('InvalidParameter.ProtocolCheckFailed', message);
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
