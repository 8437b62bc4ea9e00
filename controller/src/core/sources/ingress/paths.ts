/** A path of an Ingress rule. */
export interface WantedPath {
  readonly path: string;
  /** One of `pathTypes`. */
  readonly pathType: string;
}

/** Kubernetes' own, and those that only an annotation can ask for (TKE doc 457/122962). */
export const pathTypes = [
  'Exact',
  'Prefix',
  'ImplementationSpecific',
  'RegularExpression',
  'RegularExpressionIgnoreCase',
] as const;

/** A URL of a rule in the CLB's own form, and the path that it stands for. */
export interface MappedUrl<P extends WantedPath> {
  readonly url: string;
  readonly wanted: P;
}

export interface RefusedPath<P extends WantedPath> {
  readonly wanted: P;
  /** What is wrong, and what to write instead. */
  readonly why: string;
  /** It says the same as another path, which stands. */
  readonly isTwice: boolean;
}

export interface MappedPaths<P extends WantedPath> {
  readonly urls: readonly MappedUrl<P>[];
  readonly refused: readonly RefusedPath<P>[];
}

/**
 * The rules of one host that send each request where Kubernetes says. A CLB takes an exact URL before the longest
 * prefix, which it compares letter by letter, and answers 301 for "/p" where only "/p/" stands (doc 214/9032): so a
 * Prefix is two rules, "=/p" and "/p/". An Exact path has "=/p" before a Prefix of the same path. Of two paths that say
 * the same the first one stands.
 */
export function mapPaths<P extends WantedPath>(paths: readonly P[]): MappedPaths<P> {
  const urls = new Map<string, MappedUrl<P>>();
  const refused: RefusedPath<P>[] = [];
  for (const wanted of exactFirst(paths)) {
    const why = problemOf(wanted);
    const forms = why === undefined ? formsOf(wanted) : [];
    const taken = forms.filter((url) => urls.has(url) && !isOverruled(url, wanted, urls.get(url)));
    for (const url of forms) if (!urls.has(url)) urls.set(url, { url, wanted });
    if (why !== undefined) refused.push({ wanted, why, isTwice: false });
    else if (taken.length > 0) refused.push({ wanted, why: twice, isTwice: true });
  }
  return { urls: [...urls.values()], refused };
}

const twice = 'says the same as another path of this host, which stands; take one of them away';

function exactFirst<P extends WantedPath>(paths: readonly P[]): readonly P[] {
  const isExact = ({ pathType }: P) => pathType === 'Exact';
  return [...paths.filter(isExact), ...paths.filter((one) => !isExact(one))];
}

/** Kubernetes prefers Exact to Prefix, so this is how its author means it. */
function isOverruled(url: string, wanted: WantedPath, by: MappedUrl<WantedPath> | undefined): boolean {
  return givesWay({ url, wanted }) && by?.wanted.pathType === 'Exact';
}

/** The rule that a Prefix adds for the path itself. */
export function givesWay({ url, wanted: { pathType } }: MappedUrl<WantedPath>): boolean {
  return url.startsWith('=') && pathType === 'Prefix';
}

/** TKE takes a Prefix as the prefix that the CLB has: one rule, which takes "/pq" as well as "/p". */
export function pathOnTke<P extends WantedPath>(path: P): P {
  return path.pathType === 'Prefix' ? { ...path, pathType: 'ImplementationSpecific' } : path;
}

function formsOf({ path, pathType }: WantedPath): readonly string[] {
  if (pathType === 'Exact') return [`=${path}`];
  if (pathType === 'RegularExpression') return [`~${path}`];
  if (pathType === 'RegularExpressionIgnoreCase') return [`~*${path}`];
  if (pathType !== 'Prefix') return [path === '' ? '/' : path];
  const stem = withoutSlashes(path);
  return stem === '' ? ['/'] : [`=${stem}`, `${stem}/`];
}

/** Without those at its end. A pattern for them would try each slash of a long path, and go on to its end each time. */
function withoutSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}

/** A URL has 1 to 200 letters, with the sign and the slash that are ours (RuleInput.Url, doc 214/30693). */
const mostLetters = 200;
/** Of doc 214/9032 without "?": what comes after it is no part of a path. */
const letters = /^[A-Za-z0-9./_=:-]*$/;
/** The same of regular expressions, in which "~" stands only before them. */
const regexLetters = /^[A-Za-z0-9./_=?:^*$()[\]+|-]*$/;

function problemOf({ path, pathType }: WantedPath): string | undefined {
  if (!pathTypes.some((one) => one === pathType)) return 'has an unknown pathType; write Exact or Prefix';
  if (path !== '' && !path.startsWith('/')) return 'does not begin with "/"; write it with one';
  const isRegex = pathType.startsWith('RegularExpression');
  if (isRegex && !regexLetters.test(path)) {
    return 'has letters that a regular expression of a CLB does not take; leave out \\ { } ~ , % & ; and blanks';
  }
  if (!isRegex && !letters.test(path))
    return 'has letters that a CLB does not take; write only a-z, A-Z, 0-9 and . _ - / = :';
  const isLong = formsOf({ path, pathType }).some((url) => url.length > mostLetters);
  return isLong ? `is too long for a CLB; write at most ${mostLetters - 1} letters` : undefined;
}
