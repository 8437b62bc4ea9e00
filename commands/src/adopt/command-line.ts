import { namedObject } from '@clb-direct/shared/runtime/command-line/named-object.ts';
import { parseOptions, UsageError } from '@clb-direct/shared/runtime/command-line/usage-error.ts';
import type { AdoptedKind } from './adopted-kinds.ts';

/** Which object of which cluster, and whether to do it. */
export interface Order {
  readonly kubeconfigPath?: string | undefined;
  readonly context?: string | undefined;
  /** undefined: that of the context. */
  readonly namespace?: string | undefined;
  readonly kind: AdoptedKind;
  readonly name: string;
  /** undefined: the one that TKE's controller wrote on the object. */
  readonly balancerId?: string | undefined;
  readonly yes: boolean;
}

/** What the command line asks for. */
export type Asked = { readonly kind: 'help' } | { readonly kind: 'adopt'; readonly order: Order };

const options = {
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  namespace: { type: 'string', short: 'n' },
  'load-balancer': { type: 'string' },
  yes: { type: 'boolean', short: 'y', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export function parseCommandLine(args: readonly string[]): Asked {
  const { values, positionals } = parseOptions({ args: [...args], options, allowPositionals: true });
  if (values.help) return { kind: 'help' };
  const { kubeconfig: kubeconfigPath, context, namespace, 'load-balancer': balancerId, yes } = values;
  const object = objectIn(positionals);
  return { kind: 'adopt', order: { kubeconfigPath, context, namespace, ...object, balancerId, yes } };
}

function objectIn(positionals: readonly string[]): Pick<Order, 'kind' | 'name'> {
  const { kind, name } = namedObject(positionals, 'service/NAME or ingress/NAME');
  if (/^(svc|services?)$/i.test(kind)) return { kind: 'Service', name };
  if (/^(ing|ingress(es)?)$/i.test(kind)) return { kind: 'Ingress', name };
  throw new UsageError('Only a Service or an Ingress can be adopted');
}
