import { parseOptions } from '@clb-direct/shared/runtime/command-line/usage-error.ts';

/** Which cluster, and how. */
export interface Order {
  readonly kubeconfigPath?: string | undefined;
  readonly context?: string | undefined;
  /** undefined: where its programs are. */
  readonly namespace?: string | undefined;
  readonly gateType?: string | undefined;
  readonly dryRun: boolean;
  readonly yes: boolean;
}

/** What the command line asks for. */
export type Asked = { readonly kind: 'help' } | { readonly kind: 'uninstall'; readonly order: Order };

const options = {
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  namespace: { type: 'string', short: 'n' },
  'gate-type': { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  yes: { type: 'boolean', short: 'y', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export function parseCommandLine(args: readonly string[]): Asked {
  const values = parseOptions({ args: [...args], options }).values;
  if (values.help) return { kind: 'help' };
  const { kubeconfig: kubeconfigPath, context, namespace, 'gate-type': gateType, 'dry-run': dryRun, yes } = values;
  return { kind: 'uninstall', order: { kubeconfigPath, context, namespace, gateType, dryRun, yes } };
}
