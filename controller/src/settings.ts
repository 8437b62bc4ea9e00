import { commonSettings, namePatterns } from '@clb-direct/shared/runtime/common-settings.ts';
import { balancerRules, flag, integer, list, oneOf, text } from '@clb-direct/shared/runtime/settings.ts';

/** Every setting of the controller. */
export const definitions = {
  ...commonSettings,
  CLB_ENDPOINT: text({
    pattern: /^https?:\/\/[^/]+\/?$/,
    expects: 'the address of the CLB API, http:// or https:// with host and perhaps port',
    example: 'https://clb.tencentcloudapi.com',
    default: 'https://clb.tencentcloudapi.com',
    help: 'where the CLB API is; https://clb.internal.tencentcloudapi.com stays inside the VPC',
  }),
  CREDENTIALS_DIR: text({
    default: '/etc/clb-direct/credentials',
    example: '/etc/clb-direct/credentials',
    help: 'folder with the files secretId, secretKey and, for temporary ones, token; read again when they change',
  }),
  CLB_REQUESTS_PER_SECOND: integer({
    min: 1,
    max: 1000,
    default: 18,
    help: 'calls a second of each API action; the API allows 20 for the whole account',
  }),
  TARGET_WEIGHT: integer({ min: 1, max: 100, default: 10, help: 'weight of a target that carries traffic' }),
  ENDPOINT_ADDRESS_NAMESPACES: list({
    pattern: namePatterns.dnsLabel,
    expects: 'names of namespaces with commas between them',
    default: [],
    example: 'legacy',
    help: 'namespaces whose Services without a selector may have targets at addresses that no pod of theirs has',
  }),
  HOST_NETWORK_TARGETS: flag({
    default: false,
    help: 'bind pods in the host network, at the address of their node; they have no gate',
  }),
  HEALTH_CHECK_FROM_PROBE: flag({
    default: false,
    help: 'let the check of an HTTP rule ask what the readiness probe of its pods asks, where nobody chose a check',
  }),
  SETTLE_MS: integer({
    min: 0,
    max: 600_000,
    default: 5_000,
    help: 'a pod that no Service selects opens its gate when its containers are ready and it is this old',
  }),
  WAIT_LIMIT_POLICY: oneOf(['hold', 'open'], {
    default: 'hold',
    help: 'what happens to a gate that waits longer than WAIT_LIMIT_MS: stay closed, or open with its own reason',
  }),
  WAIT_LIMIT_MS: integer({ min: 1_000, max: 86_400_000, default: 600_000, help: 'see WAIT_LIMIT_POLICY' }),
  RECHECK_MS: integer({
    min: 100,
    max: 60_000,
    default: 1_000,
    help: 'interval between reads of target health while a gate waits for it',
  }),
  RESYNC_MS: integer({
    min: 1_000,
    max: 86_400_000,
    default: 60_000,
    help: 'interval between reads of every CLB, to find changes by other writers',
  }),
  TARGET_DRAIN_MS: integer({
    min: 0,
    max: 3_600_000,
    default: 30_000,
    help: 'how long a target stays at weight 0 before it is deregistered while its pod still runs',
  }),
  DEREGISTER_GATHER_MS: integer({
    min: 0,
    max: 600_000,
    default: 20_000,
    help: 'how long a target at weight 0 whose pod has ended waits for others, so that one call deregisters them',
  }),
  MOVE_KEEP_MS: integer({
    min: 0,
    max: 86_400_000,
    default: 600_000,
    help: 'how long the old CLB of a Service goes on after the new one carries; longer than clients keep an address',
  }),
  UNMARKED_SERVICES: oneOf(['ours', 'ignore'], {
    default: 'ignore',
    help: 'LoadBalancer Services that nothing marks: ours, if no other controller serves them, or ignored until marked',
  }),
  CREATE_LOAD_BALANCERS: oneOf(['any', 'private', 'none'], {
    default: 'any',
    help: 'which CLBs are made for Services and Ingresses that name none: any, private ones by their subnet, or none',
  }),
  LOAD_BALANCERS_PER_NAMESPACE: integer({
    min: 0,
    max: 1_000,
    default: 5,
    help: 'how many CLBs are made for one namespace, Services and Ingresses together, so that none uses up all quota',
  }),
  SWEEP_DELETES: list({
    pattern: /^lb-[A-Za-z0-9]+(\/lbl-[A-Za-z0-9]+)?$/,
    expects: 'ids of CLBs, and of listeners as CLB/LISTENER, with commas between them',
    default: [],
    example: 'lb-a1b2c3d4,lb-e5f6a7b8/lbl-c9d0e1f2',
    help: 'CLBs and listeners to delete, of those that the log says nobody needs; what is needed stays',
  }),
  LOAD_BALANCER_NAMESPACES: balancerRules({
    help: 'namespaces that may use each CLB; one that no rule is about belongs to the namespace that was there first',
  }),
  SHARED_HOSTS: flag({
    default: false,
    help: 'let Ingresses of several namespaces add paths to one host; else it is that of the namespace that was first',
  }),
  PLACE_RESERVATION_MS: integer({
    min: 0,
    max: 86_400_000,
    default: 600_000,
    help: 'how long a port or host that was left is kept for its namespace, a port first for a Service of its name',
  }),
  BRAKE_SHARE_PERCENT: integer({
    min: 0,
    max: 100,
    default: 50,
    help: 'how much of what serves at a place may leave at once while its pods do not end and no new ones serve',
  }),
};
