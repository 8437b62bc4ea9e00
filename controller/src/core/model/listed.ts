const mostNames = 5;

/** The names of a few, as a part of a message; "…" stands for the others. */
export function listed<T>(items: readonly T[], nameOf: (item: T) => string): string {
  return items.slice(0, mostNames).map(nameOf).join(', ') + (items.length > mostNames ? ', …' : '');
}
