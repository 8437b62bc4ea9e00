import type { InternetAccess, ListenerSettings, LoadBalancerSettings } from './model.ts';

/** How traffic to the internet is paid for, unless something else was asked. */
export const plainInternet: InternetAccess = {
  chargeType: 'TRAFFIC_POSTPAID_BY_HOUR',
  maxBandwidthMbps: 10,
  packageType: 'BGP',
};

/** The settings of a public load balancer of which nothing special was asked. */
export const plainLoadBalancer: Omit<LoadBalancerSettings, 'name'> = {
  projectId: 0,
  tags: [],
  secureGroups: [],
  passToTarget: true,
  snatPro: false,
  snatIps: [],
  slaType: '',
  chargeType: 'POSTPAID_BY_HOUR',
  internet: plainInternet,
  isp: 'BGP',
  masterZone: null,
  deleteProtect: false,
  mixIpTarget: false,
  associateEndpoint: '',
  started: true,
  usable: true,
};

/** The settings of a TCP listener of which nothing special was asked. */
export const plainListener: Omit<ListenerSettings, 'name'> = {
  scheduler: 'WRR',
  sessionExpireTime: 0,
  sessionType: 'NORMAL',
  idleConnectTimeout: 900,
  deregisterTargetRst: false,
  reschedule: { zeroWeight: false, unhealthy: false, expandTarget: false, startTimeS: 0, intervalS: 0 },
  proxyProtocol: false,
  keepaliveEnable: 0,
  sniSwitch: 0,
  snatEnable: false,
  maxConn: -1,
  maxCps: -1,
  dataCompressMode: 'transparent',
  certificate: null,
};
