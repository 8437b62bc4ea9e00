type Labels = Readonly<Record<string, string>>;

/** Whether something with these labels is selected. */
export type LabelSelector = (labels: Labels) => boolean;

/** Hostile input: a selector that a person writes is shorter. */
const longest = 1_000;

const key = String.raw`(?:[a-z0-9][-a-z0-9.]*/)?[A-Za-z0-9][-A-Za-z0-9_.]*`;
const value = '[-A-Za-z0-9_.]*';
const forms = {
  existence: new RegExp(`^(!?) *(${key})$`),
  equality: new RegExp(`^(${key}) *(==?|!=) *(${value})$`),
  set: new RegExp(`^(${key}) +(in|notin) *\\(([^()]*)\\)$`),
} as const;

/**
 * A label selector as kubectl takes it (Kubernetes docs, "Labels and Selectors"), such as "disk in (ssd, nvme), !spot".
 * undefined: it is none. An empty one selects everything.
 */
export function readLabelSelector(text: string): LabelSelector | undefined {
  if (text.length > longest) return undefined;
  if (text.trim() === '') return () => true;
  // The commas within parentheses separate values.
  const requirements = text.split(/,(?![^(]*\))/).map((part) => readRequirement(part.trim()));
  if (requirements.includes(undefined)) return undefined;
  return (labels) => requirements.every((matches) => matches?.(labels));
}

function readRequirement(text: string): LabelSelector | undefined {
  return readExistence(text) ?? readEquality(text) ?? readSet(text);
}

function readExistence(text: string): LabelSelector | undefined {
  const [, not, name] = forms.existence.exec(text) ?? [];
  return name === undefined ? undefined : (labels) => Object.hasOwn(labels, name) === (not === '');
}

/** What is not equal needs no label at all, as in Kubernetes. */
function readEquality(text: string): LabelSelector | undefined {
  const [, name, operator, wanted] = forms.equality.exec(text) ?? [];
  if (name === undefined || wanted === undefined) return undefined;
  return (labels) => (valueOf(labels, name) === wanted) === (operator !== '!=');
}

function readSet(text: string): LabelSelector | undefined {
  const [, name, operator, list = ''] = forms.set.exec(text) ?? [];
  const values = list.split(',').map((one) => one.trim());
  if (name === undefined || !values.every((one) => new RegExp(`^${value}$`).test(one))) return undefined;
  return (labels) => values.includes(valueOf(labels, name) ?? '\n') === (operator === 'in');
}

function valueOf(labels: Labels, name: string): string | undefined {
  return Object.hasOwn(labels, name) ? labels[name] : undefined;
}
