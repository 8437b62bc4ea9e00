/** A path of an Ingress rule, and what it leads to. */
export interface WantedPath<B> {
  readonly path: string;
  /** "Exact", "Prefix" or "ImplementationSpecific". */
  readonly pathType: string;
  readonly backend: B;
}

/** A URL of a rule in the CLB's own form, and the path that it stands for. */
export interface MappedUrl<B> {
  readonly url: string;
  readonly wanted: WantedPath<B>;
}

export interface RefusedPath<B> {
  readonly wanted: WantedPath<B>;
  /** What is wrong, and what to write instead. */
  readonly why: string;
  /** It says the same as another path, which stands. */
  readonly isTwice: boolean;
}

export interface MappedPaths<B> {
  readonly urls: readonly MappedUrl<B>[];
  readonly refused: readonly RefusedPath<B>[];
}

/**
 * The rules of one host that send each request where Kubernetes says. A CLB takes an exact URL before the longest
 * prefix, which it compares letter by letter, and answers 301 for "/p" where only "/p/" stands (doc 214/9032): so a
 * Prefix is two rules, "=/p" and "/p/". An Exact path has "=/p" before a Prefix of the same path. Of two paths that say
 * the same the first one stands.
 */
export function mapPaths<B>(paths: readonly WantedPath<B>[]): MappedPaths<B> {
  const urls = new Map<string, MappedUrl<B>>();
  const refused: RefusedPath<B>[] = [];
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

function exactFirst<B>(paths: readonly WantedPath<B>[]): readonly WantedPath<B>[] {
  const isExact = ({ pathType }: WantedPath<B>) => pathType === 'Exact';
  return [...paths.filter(isExact), ...paths.filter((one) => !isExact(one))];
}

/** Kubernetes prefers Exact to Prefix, so this is how its author means it. */
function isOverruled<B>(url: string, { pathType }: WantedPath<B>, by: MappedUrl<B> | undefined): boolean {
  return url.startsWith('=') && pathType === 'Prefix' && by?.wanted.pathType === 'Exact';
}

function formsOf({ path, pathType }: Pick<WantedPath<unknown>, 'path' | 'pathType'>): readonly string[] {
  if (pathType === 'Exact') return [`=${path}`];
  if (pathType !== 'Prefix') return [path === '' ? '/' : path];
  const stem = path.replace(/\/+$/, '');
  return stem === '' ? ['/'] : [`=${stem}`, `${stem}/`];
}

/** A URL has 1 to 200 letters, with the sign and the slash that are ours (RuleInput.Url, doc 214/30693). */
const mostLetters = 200;
/** Of doc 214/9032 without "?": what comes after it is no part of a path. */
const letters = /^[A-Za-z0-9./_=:-]*$/;

function problemOf({ path, pathType }: WantedPath<unknown>): string | undefined {
  if (!['Exact', 'Prefix', 'ImplementationSpecific'].includes(pathType)) {
    return 'has an unknown pathType; write Exact or Prefix';
  }
  if (path !== '' && !path.startsWith('/')) return 'does not begin with "/"; write it with one';
  if (!letters.test(path)) return 'has letters that a CLB does not take; write only a-z, A-Z, 0-9 and . _ - / = :';
  const isLong = formsOf({ path, pathType }).some((url) => url.length > mostLetters);
  return isLong ? `is too long for a CLB; write at most ${mostLetters - 1} letters` : undefined;
}
