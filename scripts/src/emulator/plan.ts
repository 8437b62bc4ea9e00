import { parseFlags } from '@clb-direct/emulator/options/flags.ts';
import { withDefaults } from '@clb-direct/emulator/options/options.ts';

/** What this machine lets us do. */
export interface Machine {
  readonly isRoot: boolean;
  /** Programs that carrying TCP and UDP needs and that are not there. */
  readonly missing: readonly string[];
}

/** How the emulator is to run, and what people should know. */
export interface Plan {
  readonly options: ReturnType<typeof withDefaults>;
  /** A range that has to be made local; undefined when it is, or when that is not allowed. */
  readonly localRange: string | undefined;
  readonly advice: readonly string[];
}

/** Local on every Linux machine, so that a proxy without root can listen there. */
const loopbackVips = '127.77.0.0/24';
const documentationVips = '198.51.100.0/24';

/** The address of the load balancer that is there from the start. */
const firstVip = (range: string) => range.replace(/\.\d+\/\d+$/, '.10');

function adviceFor(forwarding: string, { isRoot, missing }: Machine): string[] {
  if (forwarding !== 'proxy') return [];
  const how = isRoot ? `apt-get install ${missing.join(' ')}` : 'run it as root';
  return [`TCP and UDP listeners carry nothing without root, nftables and conntrack: ${how}`];
}

/** What the command line says, and what is best on this machine where it says nothing. */
function choose(args: readonly string[], { isRoot, missing }: Machine) {
  const forwarding = ['--forwarding', isRoot && missing.length === 0 ? 'nftables' : 'proxy'];
  const { forwarding: chosen } = parseFlags([...forwarding, ...args]);
  const vips = ['--vips', chosen === 'nftables' ? documentationVips : loopbackVips];
  return withDefaults(parseFlags([...forwarding, ...vips, ...args]));
}

/** Chooses what the command line leaves open: as much traffic as this machine allows, and one load balancer. */
export function planEmulator(args: readonly string[], machine: Machine): Plan {
  const options = choose(args, machine);
  const { vips, forwarding, loadBalancers } = options;
  const isEmpty = options.state === undefined && loadBalancers.length === 0;
  const first = { id: 'lb-local001', name: 'local', vip: firstVip(vips), vpcId: 'vpc-local001' };
  const isLocal = vips.startsWith('127.') || forwarding === 'none' || !machine.isRoot;
  return {
    options: { ...options, loadBalancers: isEmpty ? [first] : loadBalancers },
    localRange: isLocal ? undefined : vips,
    advice: adviceFor(forwarding, machine),
  };
}
