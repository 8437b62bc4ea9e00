/** The resource version of an object, a bookmark or a list. */
export function versionOf(raw: unknown): string | undefined {
  return (raw as { metadata?: { resourceVersion?: string } } | null)?.metadata?.resourceVersion;
}
