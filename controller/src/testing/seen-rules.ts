import { everyHost, addressesAt, namespaces, urls, type Namespace, type Url } from './asked-ingress.ts';
import type { ListenerAnswer, RuleAnswer } from '../core/model/clb-port.ts';
import type { FakeClbWorld } from './fake-clb-world.ts';
import type { Chosen, Place } from './ingress-model.ts';
import { isByHand } from './modelled-rules-by-hand.ts';
import { isNeighbours } from './modelled-neighbour.ts';
import { balancers, type Balancer } from './modelled-services.ts';

export interface SeenRule {
  readonly balancer: Balancer;
  readonly port: number;
  readonly url: string;
  readonly addresses: readonly string[];
  readonly redirects: boolean;
  readonly certificates: readonly string[];
}

/** Every rule that stands. */
export function rulesIn(clb: FakeClbWorld): readonly SeenRule[] {
  return rulesOf(clb, (listener) => !isNeighbours(listener));
}

function rulesOf(clb: FakeClbWorld, means: (listener: ListenerAnswer) => boolean): readonly SeenRule[] {
  return balancers.flatMap((balancer) => {
    const found = clb.balancers.get(balancer);
    const all = [...(found?.targets.values() ?? [])];
    return clb
      .listenersOf(balancer)
      .filter(means)
      .flatMap(({ port, rules, redirects = [] }) =>
        rules.filter(isAskedFor).map(({ locationId, domain, url, settings }): SeenRule => {
          const addresses = all
            .filter((target) => target.locationId === locationId)
            .map(({ ip, port: at }) => `${ip}:${at}`);
          const host = found?.about.vips.includes(domain) === true ? everyHost : domain;
          const isSource = redirects.some((one) => one.locationId === locationId);
          return {
            balancer,
            port,
            url: `${host}${url}`,
            addresses,
            redirects: isSource,
            certificates: settings.certificates?.ids ?? [],
          };
        }),
      );
  });
}

/** Not by a person alone. */
function isAskedFor({ locationId, domain }: RuleAnswer): boolean {
  return !isByHand(locationId) || domain === 'a.com';
}

export const lineOf = ({ balancer, port, url }: SeenRule) => `${balancer} ${port} ${url}`;

export function chosenIn(clb: FakeClbWorld, sharesHosts: boolean): Chosen {
  const rules = rulesIn(clb).filter(({ url }) => isUrl(url));
  return {
    sharesHosts,
    addressesAt: (place) => rules.find((rule) => isAt(rule, place))?.addresses ?? [],
    namespacesAt: (balancer, means) => {
      const addresses = rules
        .filter((rule) => rule.balancer === balancer && means(rule as Place & SeenRule))
        .flatMap((rule) => rule.addresses);
      return new Set(addresses.flatMap((address) => namespaceWith(address) ?? []));
    },
  };
}

function isAt(rule: SeenRule, { balancer, port, url }: Place): boolean {
  return rule.balancer === balancer && rule.port === port && rule.url === url;
}

export function isUrl(url: string): url is Url {
  return urls.some((one) => one === url);
}

export function namespaceWith(address: string): Namespace | undefined {
  return namespaces.find((namespace) => urls.some((url) => addressesAt(namespace, url).includes(address)));
}
