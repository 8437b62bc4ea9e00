import { checkClusterName } from '@clb-direct/cluster/cluster-name.ts';
import { parseOptions } from '@clb-direct/shared/runtime/command-line/usage-error.ts';

/** What the command line asks for. */
export type Asked = { readonly kind: 'help' } | { readonly kind: 'up' | 'down'; readonly name: string };

const options = {
  name: { type: 'string' },
  down: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Understands a command line; the default name of the cluster comes from the environment. */
export function parseCommandLine(args: readonly string[], defaultName = 'local'): Asked {
  const values = parseOptions({ args: [...args], options }).values;
  if (values.help === true) return { kind: 'help' };
  return { kind: values.down === true ? 'down' : 'up', name: checkClusterName(values.name ?? defaultName) };
}
