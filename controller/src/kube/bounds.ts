/** More than anybody means, of what the API server sets no bound to. What is kept of one object is bounded by these. */
export const mostKept = { labels: 500, ports: 1_000, probes: 20, ranges: 1_000, addresses: 100 } as const;

type Labels = Readonly<Record<string, string>>;

export function firstLabels(labels: Labels = {}): Labels {
  if (Object.keys(labels).length <= mostKept.labels) return labels;
  return Object.fromEntries(Object.entries(labels).slice(0, mostKept.labels));
}

/** The beginning of a text that people wrote, without the rest in memory: a part of a text keeps the whole. */
export function shortened(text: string, mostLetters: number): string {
  return text.length <= mostLetters ? text : Buffer.from(text.slice(0, mostLetters)).toString();
}
