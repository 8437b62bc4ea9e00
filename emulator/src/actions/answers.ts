import { ApiError } from '../api/api-error.ts';

const beijingOffsetMs = 8 * 3600 * 1000;

/** A time as the API writes it: Beijing time, to the second. */
export function apiTime(atMs: number): string {
  return new Date(atMs + beijingOffsetMs).toISOString().slice(0, 19).replace('T', ' ');
}

/** The number that the cloud gives a VPC beside its id; ours is made from the id. */
export function numericalId(id: string): number {
  return Buffer.from(id).reduce((sum, byte) => (sum * 31 + byte) % 1_000_000, 7);
}

/** The page that a read asks for. */
export function pageOf<T>(found: readonly T[], { Offset = 0, Limit = 20 }: { Offset?: number; Limit?: number }): T[] {
  return found.slice(Offset, Offset + Limit);
}

interface Filter {
  Name: string;
  Values: string[];
}

/** Whether something passes all filters; the values of one filter are alternatives. `valuesOf` answers undefined for a filter that does not exist. */
export function passesFilters(
  filters: readonly Filter[] | undefined,
  valuesOf: (name: string) => readonly string[] | undefined,
): boolean {
  return (filters ?? []).every(({ Name, Values }) => {
    const values = valuesOf(Name);
    if (!values) throw new ApiError('InvalidParameter.InvalidFilter', `The filter ${Name} is not known.`);
    return Values.some((value) => values.includes(value));
  });
}
