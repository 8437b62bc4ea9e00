import { UsageError } from './usage-error.ts';

/** One object as kubectl takes it: "service/web" or "service web". `example`: what to write, such as "service/NAME". */
export function namedObject(positionals: readonly string[], example: string): { kind: string; name: string } {
  const [kind = '', name, ...more] = positionals.flatMap((text) => text.split('/'));
  if (name === undefined || name === '' || more.length > 0) throw new UsageError(`Write one object, as ${example}`);
  return { kind, name };
}
