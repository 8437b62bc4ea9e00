import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { ListenerAnswer } from '../core/model/clb-port.ts';
import { listenerName } from '../core/plan/listener-name.ts';
import type { ServiceFacts } from '../core/sources/service/service-facts.ts';
import { aPort, clbId, clusterId } from './builders.ts';

export const balancers = [clbId, 'lb-two'] as const;
export const apps = ['a', 'b', 'c'] as const;
/** Protocols of a port, and "existing": a listener that another team made. */
export const kinds = ['TCP', 'UDP', 'TCP_SSL', 'HTTP', 'existing'] as const;

export type Balancer = (typeof balancers)[number];
export type App = (typeof apps)[number];
type Kind = (typeof kinds)[number];

/** What a Service asks for. */
export interface Asked {
  readonly balancer: Balancer;
  readonly kind: Kind;
  /** The second one of the app's two ports; apps have no port in common, so the model has no conflicts. */
  readonly second: boolean;
  /** Of HTTP. */
  readonly hosts: 1 | 2;
  readonly sessionAffinity: 'ClientIP' | 'None';
}

/** The settings that an app's TkeServiceConfig asks for. */
export interface Tuned {
  readonly scheduler: 'WRR' | 'LEAST_CONN';
  readonly sessionExpireTime: number;
}

export const keyOf = (app: App) => `shop/${app}`;
export const ipOf = (app: App, number: number) => `10.0.${apps.indexOf(app)}.${number}`;
export const configOf = (app: App) => ({ kind: 'TkeServiceConfig', namespace: 'shop', name: `tuned-${app}` }) as const;
export const certificate = { kind: 'Secret', namespace: 'shop', name: 'cert' } as const;

function hostsOf(app: App, { hosts }: Asked): readonly string[] {
  return ['all.com', `${app}.com`].slice(0, hosts);
}

function portOf(app: App, { second }: Pick<Asked, 'second'>): number {
  return 80 + 2 * apps.indexOf(app) + (second ? 1 : 0);
}

/** Of a team, for one app. */
export function teamListener(app: App, balancer: Balancer): Pick<ListenerAnswer, 'id' | 'name' | 'protocol' | 'port'> {
  const number = apps.indexOf(app) + 1;
  return {
    id: `lbl-team${balancers.indexOf(balancer)}${number}`,
    name: `team ${app}`,
    protocol: 'TCP',
    port: 9000 + number,
  };
}

/** The Service as its author writes it. */
export function written(app: App, asked: Asked, isSkipped: boolean): Partial<ServiceFacts> {
  const { balancer, kind } = asked;
  const port = portOf(app, asked);
  const specified: Partial<Record<Kind, object>> = {
    TCP_SSL: { protocol: ['TCP_SSL'], tls: certificate.name },
    HTTP: { protocol: ['HTTP'], hosts: Object.fromEntries(hostsOf(app, asked).map((host) => [host, {}])) },
  };
  const entry = specified[kind];
  return {
    existingLoadBalancer: balancer,
    sessionAffinity: asked.sessionAffinity,
    existingListeners: kind === 'existing' ? `${port}=${teamListener(app, balancer).id}` : undefined,
    ports: [aPort({ port, protocol: kind === 'UDP' ? 'UDP' : 'TCP' })],
    annotations: {
      [annotation.serviceConfig]: configOf(app).name,
      ...(entry === undefined ? {} : { [annotation.specifyProtocol]: JSON.stringify({ [port]: entry }) }),
      ...(isSkipped ? { [annotation.mode]: 'skip' } : {}),
    },
  };
}

/** The TkeServiceConfig, for each protocol that it may be asked about. */
export function configSpec(app: App, { scheduler, sessionExpireTime }: Tuned): object {
  const session = { enable: true, sessionExpireTime };
  const l4Listeners = [false, true].flatMap((second) => {
    const port = portOf(app, { second });
    return ['TCP', 'UDP', 'TCP_SSL'].map((protocol) => ({ protocol, port, scheduler, session }));
  });
  return { loadBalancer: { l4Listeners } };
}

/** What ClientIP means without a timeout: three hours, or as long as a listener allows. */
export function sessionSeconds({ kind, sessionAffinity }: Asked): number | undefined {
  if (sessionAffinity === 'None') return undefined;
  return kind === 'HTTP' ? 10_800 : 3_600;
}

interface Expected {
  readonly app: App;
  readonly uid: string;
  readonly asked: Asked;
  /** Each "10.0.0.1:8080=10". */
  readonly targets: readonly string[];
}

/** One line for each place that has to stand, as `linesOf` writes them. */
export function expectedLines({ app, uid, asked, targets }: Expected): readonly string[] {
  const { balancer, kind } = asked;
  const all = targets.toSorted().join(' ');
  if (kind === 'existing') return targets.length === 0 ? [] : [`${balancer} team ${app} ${all}`];
  const listener = `${balancer} ${kind}/${portOf(app, asked)} ${listenerName(clusterId, uid)}`;
  return kind === 'HTTP'
    ? hostsOf(app, asked).map((domain) => `${listener} ${domain}/ ${all}`)
    : [`${listener} ${all}`];
}
