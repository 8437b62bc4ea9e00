const keyFields: ReadonlySet<string> = new Set(['CertKey', 'CertificatePrivateKey']);

/** A request as the call log keeps it: private keys are left out, wherever they stand. */
export function withoutKeys(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body ?? null;
  if (Array.isArray(body)) return body.map(withoutKeys);
  const fields = Object.entries(body).map(([name, value]) => [name, keyFields.has(name) ? '***' : withoutKeys(value)]);
  return Object.fromEntries(fields) as object;
}
