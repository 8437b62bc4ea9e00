/**
 * The domain of a CLB for every name with one more label before `suffix`: a regular expression, because the CLB's own
 * "*" stands for any number of labels (doc 214/9032).
 */
export function wildcardDomain(suffix: string): string {
  return `~^[^.]+\\.${suffix.replaceAll('.', '\\.')}$`;
}

/** Whether a wildcard domain stands for this name. */
export function isWildcardOf(domain: string, name: string): boolean {
  return domain === wildcardOver(name);
}

/** The wildcard domain that stands for this name; undefined: none does. */
export function wildcardOver(name: string): string | undefined {
  const dot = name.indexOf('.');
  return dot > 0 ? wildcardDomain(name.slice(dot + 1)) : undefined;
}
