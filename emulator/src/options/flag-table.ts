import { defaultQuotas } from '../limits/quotas.ts';
import type { Spread } from '../runtime/random.ts';
import { defaultSwitches } from '../runtime/switches.ts';
import { defaultLatencies } from './options.ts';

const spreadText = ({ p50Ms, p99Ms }: Spread) => `${p50Ms}:${p99Ms}`;

/** Every flag with its default and what it means. */
export const flags = {
  'api-host': { default: '127.0.0.1', help: 'address of the CLB API' },
  'api-port': { default: '8080', help: 'port of the CLB API; 0 takes a free one' },
  'admin-host': { default: '127.0.0.1', help: 'address of the admin API' },
  'admin-port': { default: '8081', help: 'port of the admin API; 0 takes a free one' },
  'admin-names': {
    default: '',
    help: 'names under which the admin port may be asked besides localhost and IP addresses, comma separated',
  },
  seed: { default: '', help: 'JSON file {"loadBalancers":[{"id","name","vip","vpcId","region"}]}' },
  credentials: { default: 'local-id:local-key', help: 'who may call: ID:KEY[:TOKEN], comma separated' },
  policies: {
    default: '',
    help: 'CAM policies: ID=FILE, comma separated; ID is a secret id or the ARN of a role; without one all is allowed',
  },
  regions: { default: 'ap-guangzhou', help: 'regions that exist, comma separated' },
  forwarding: {
    default: 'none',
    help: 'nftables, proxy (HTTP, HTTPS and TCP_SSL only, without root), or none when no traffic is to flow',
  },
  certificates: {
    default: '',
    help: 'JSON file {"certificates":[{"id","certificate","privateKey"}]}, each as PEM or a file of PEM',
  },
  vips: { default: '198.51.100.0/24', help: 'where CreateLoadBalancer takes VIPs from' },
  'ipv6-vips': { default: '2001:db8:51::/64', help: 'where it takes those of IPv6 load balancers from' },
  'known-ips': { default: '', help: 'ranges of IPs that can be bound, comma separated; empty: all' },
  'probe-source': {
    default: '',
    help:
      'local addresses of health probes, in 100.64.0.0/10 as the cloud, comma separated: a probing node each; ' +
      'empty: one node, any address',
  },
  'probe-speed': { default: '1', help: 'divides the intervals of health checks' },
  'health-rules': {
    default: '',
    help: 'RANGE=Alive|Dead, comma separated: targets that are not probed and what they are',
  },
  'report-lag-ms': { default: '0', help: 'how long DescribeTargetHealth shows the old health after a change' },
  'task-ms': {
    default: spreadText(defaultLatencies.task),
    help: 'duration of asynchronous tasks, median:99th percentile',
  },
  'batch-ms': { default: spreadText(defaultLatencies.batch), help: 'duration of batch calls, median:99th percentile' },
  'create-ms': { default: spreadText(defaultLatencies.create), help: 'duration of CreateLoadBalancer' },
  'tail-ms': { default: '0', help: 'per target of a batch: how long its CLB stays busy after the call' },
  'task-retention-ms': { default: '', help: 'how long a task is known after its end; empty: for ever' },
  'rate-limit': { default: '20', help: 'requests a second by action and secret id' },
  'rate-limits': { default: '', help: 'other limits for some actions: ACTION=NUMBER, comma separated' },
  'account-rate-limit': { default: '', help: 'requests a second of all callers together; empty: no limit' },
  'response-encoding': { default: '', help: 'gzip, chunked or both, comma separated: how answers are sent' },
  roles: { default: '', help: 'ARNs of the roles that STS knows, comma separated; empty: every one' },
  quotas: {
    default: '',
    help: `other quotas: NAME=NUMBER, comma separated: ${Object.keys(defaultQuotas).join(', ')}`,
  },
  'quota-listeners': { default: String(defaultQuotas.listenersPerLoadBalancer), help: 'listeners of a CLB' },
  'quota-targets': { default: String(defaultQuotas.targetsPerListener), help: 'targets of a listener' },
  state: { default: '', help: 'JSON file that GET /state/save made: what is there from the start' },
  faults: { default: '', help: 'JSON file {"faults":{"NAME":{"kind",...}}}: what goes wrong from the start' },
  switches: { default: '', help: `SWITCH=true|false, comma separated: ${Object.keys(defaultSwitches).join(', ')}` },
  'call-log': { default: '', help: 'file for a JSON line per call and health change' },
  'count-connections': { default: 'true', help: 'whether new connections of targets are counted: true or false' },
  'random-seed': { default: '1', help: 'start of the row of random numbers' },
} as const;

export type Flag = keyof typeof flags;
