import { namedObject } from '@clb-direct/shared/runtime/command-line/named-object.ts';
import { parseOptions, UsageError } from '@clb-direct/shared/runtime/command-line/usage-error.ts';

export type Kind = 'pod' | 'service' | 'ingress';

/** Which object of which cluster. */
export interface Order {
  readonly kubeconfigPath?: string | undefined;
  readonly context?: string | undefined;
  /** undefined: that of the context. */
  readonly namespace?: string | undefined;
  readonly kind: Kind;
  readonly name: string;
}

/** What the command line asks for. */
export type Asked = { readonly kind: 'help' } | { readonly kind: 'explain'; readonly order: Order };

const options = {
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  namespace: { type: 'string', short: 'n' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** The names that kubectl knows. */
const kinds = new Map<string, Kind>([
  ...['pod', 'pods', 'po'].map((name) => [name, 'pod'] as const),
  ...['service', 'services', 'svc'].map((name) => [name, 'service'] as const),
  ...['ingress', 'ingresses', 'ing'].map((name) => [name, 'ingress'] as const),
]);

export function parseCommandLine(args: readonly string[]): Asked {
  const { values, positionals } = parseOptions({ args: [...args], options, allowPositionals: true });
  if (values.help) return { kind: 'help' };
  const { kubeconfig: kubeconfigPath, context, namespace } = values;
  return { kind: 'explain', order: { kubeconfigPath, context, namespace, ...objectIn(positionals) } };
}

function objectIn(positionals: readonly string[]): Pick<Order, 'kind' | 'name'> {
  const { kind: written, name } = namedObject(positionals, 'pod/NAME');
  const kind = kinds.get(written.toLowerCase());
  if (kind === undefined) throw new UsageError('Only a pod, a service or an ingress can be explained');
  return { kind, name };
}
