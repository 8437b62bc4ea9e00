/**
 * The domain of a CLB for every name with one more label before `suffix`: a regular expression, because the CLB's own
 * "*" stands for any number of labels (doc 214/9032).
 */
export function wildcardDomain(suffix: string): string {
  return `${oneLabel}${suffix.replaceAll('.', '\\.')}$`;
}

const oneLabel = '~^[^.]+\\.';

/** Whether a wildcard domain stands for this name, or for all that this other wildcard stands for. */
export function isWildcardOf(domain: string, name: string): boolean {
  return wildcardsOver(name).includes(domain);
}

/**
 * The wildcard domains that stand for this name, the narrowest first: that of one label, and the CLB's own, as TKE
 * makes them. Of a wildcard those that stand for its names too.
 */
export function wildcardsOver(name: string): readonly string[] {
  const labels = shownDomain(name).split('.').slice(1);
  const suffixes = labels.map((_, at) => labels.slice(at).join('.'));
  const all = [...suffixes.slice(0, 1).map(wildcardDomain), ...suffixes.map((suffix) => `*.${suffix}`)];
  return all.filter((domain) => domain !== name);
}

/** As an Ingress has it. */
export function shownDomain(domain: string): string {
  return domain.startsWith(oneLabel) ? `*.${domain.slice(oneLabel.length, -1).replaceAll('\\.', '.')}` : domain;
}
