/** The page that a read asks for. */
export function pageOf<T>(found: readonly T[], { Offset = 0, Limit = 20 }: { Offset?: number; Limit?: number }): T[] {
  return found.slice(Offset, Offset + Limit);
}
