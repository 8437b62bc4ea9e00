import { ApiError } from '../../errors/api-error.ts';

interface Filter {
  Name: string;
  Values: string[];
}

/** What a filter looks at; undefined for a filter that does not exist. */
type FilterValues<T> = (name: string) => ((it: T) => readonly string[]) | undefined;

/**
 * Makes the condition of a read's filters: all must match, the values of one are alternatives. Refuses unknown filters,
 * whatever there is to read.
 */
export function filterBy<T>(filters: readonly Filter[] | undefined, find: FilterValues<T>): (it: T) => boolean {
  const conditions = (filters ?? []).map(({ Name, Values }) => {
    const valuesOf = find(Name);
    if (!valuesOf) throw new ApiError('InvalidParameter.InvalidFilter', `The filter ${Name} is not known.`);
    return (it: T) => valuesOf(it).some((value) => Values.includes(value));
  });
  return (it) => conditions.every((passes) => passes(it));
}

interface Tagged {
  tags: readonly { TagKey: string; TagValue: string }[];
}

/** The filters by tags that reads of load balancers have: tag-key, and tag:KEY for the values of a key. */
export function tagValues(name: string): ((it: Tagged) => readonly string[]) | undefined {
  if (name === 'tag-key') return ({ tags }) => tags.map(({ TagKey }) => TagKey);
  if (!name.startsWith('tag:')) return undefined;
  return ({ tags }) => tags.filter(({ TagKey }) => TagKey === name.slice(4)).map(({ TagValue }) => TagValue);
}
