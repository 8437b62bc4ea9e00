/** Which namespaces may have listeners on which CLBs. Patterns are names in which * stands for any text. */
export interface BalancerRule {
  /** Pattern of CLB ids. */
  readonly balancers: string;
  /** Patterns of namespaces. */
  readonly namespaces: readonly string[];
}

/** What is wrong with the text, as part of a sentence. */
export interface RuleProblem {
  readonly problem: string;
}

const balancerPattern = /^(\*|lb-[a-z0-9*]{1,32})$/;
const namespacePattern = /^[a-z0-9*]([-a-z0-9*]{0,61}[a-z0-9*])?$/;

/** Reads "lb-a1b2c3d4=shop,shop-*; lb-*=platform"; a new line separates rules as ";" does. */
export function parseBalancerRules(text: string): readonly BalancerRule[] | RuleProblem {
  const rules = split(text, /[;\n]/).map(parseRule);
  const [problem] = rules.filter(isProblem);
  if (problem !== undefined) return problem;
  const read = rules.flatMap((rule) => (isProblem(rule) ? [] : rule));
  return shadowed(read) ?? read;
}

export function isProblem(read: object): read is RuleProblem {
  return 'problem' in read;
}

/** The first rule that is about the CLB decides. undefined: no rule is. */
export function ruleFor(rules: readonly BalancerRule[], balancerId: string): BalancerRule | undefined {
  return rules.find(({ balancers }) => matches(balancers, balancerId));
}

export function admits({ namespaces }: BalancerRule, namespace: string): boolean {
  return namespaces.some((pattern) => matches(pattern, namespace));
}

export function showBalancerRules(rules: readonly BalancerRule[]): string {
  return rules.map(showRule).join('; ');
}

function showRule({ balancers, namespaces }: BalancerRule): string {
  return `${balancers}=${namespaces.join(',')}`;
}

function parseRule(text: string): BalancerRule | RuleProblem {
  const [balancers = '', namespaceList, ...more] = text.split('=').map((part) => part.trim());
  if (namespaceList === undefined || more.length > 0) return { problem: `"${text}" has not exactly one "="` };
  if (!balancerPattern.test(balancers)) return { problem: `"${balancers}" is neither a CLB id nor a pattern of ids` };
  const namespaces = split(namespaceList, /,/);
  if (namespaces.length === 0) return { problem: `"${text}" names no namespace` };
  const wrong = namespaces.find((namespace) => !namespacePattern.test(namespace));
  return wrong === undefined ? { balancers, namespaces } : { problem: `"${wrong}" is no namespace` };
}

/** A rule that never decides is a mistake: whoever wrote it believes in a limit that is not there. */
function shadowed(rules: readonly BalancerRule[]): RuleProblem | undefined {
  for (const [at, later] of rules.entries()) {
    // A star in the later pattern is plain text to the earlier one, so only a star can take it.
    const earlier = rules.slice(0, at).find(({ balancers }) => matches(balancers, later.balancers));
    if (earlier !== undefined) {
      return { problem: `"${showRule(later)}" never decides, because "${showRule(earlier)}" comes first` };
    }
  }
  return undefined;
}

/** Without a regular expression: many stars would make one take for ever. */
function matches(pattern: string, text: string): boolean {
  const [start = '', ...others] = pattern.split('*');
  const end = others.pop();
  if (end === undefined) return text === pattern;
  if (!text.startsWith(start) || !text.endsWith(end) || text.length < start.length + end.length) return false;
  return hasInOrder(text.slice(start.length, text.length - end.length), others);
}

function hasInOrder(text: string, parts: readonly string[]): boolean {
  let from = 0;
  for (const part of parts) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return true;
}

function split(text: string, separator: RegExp): readonly string[] {
  const parts = text.split(separator).map((part) => part.trim());
  return parts.filter((part) => part !== '');
}
