import { hostOf, hosts, addressesAt, namespaces, type Url } from './asked-ingress.ts';
import type { FakeClbWorld } from './fake-clb-world.ts';
import { claimsOf, type AskedByName } from './ingress-model.ts';
import { neighbourIp, neighbourUrl } from './modelled-neighbour.ts';
import { strangerIp } from './modelled-edits.ts';
import { balancers } from './modelled-services.ts';
import { chosenIn, isUrl, lineOf, namespaceWith, rulesIn } from './seen-rules.ts';

/** Targets where the pods of another path would answer. */
export function misrouted(clb: FakeClbWorld): readonly string[] {
  const all = rulesIn(clb).flatMap((rule) => rule.addresses.map((address) => ({ ...rule, address })));
  const mayBe = (address: string, url: string) =>
    address.startsWith(`${strangerIp}:`) ||
    (isUrl(url) && namespaces.some((namespace) => addressesAt(namespace, url).includes(address))) ||
    // Its listener may have passed to the Ingresses with its rule.
    (address === `${neighbourIp}:8080` && url === neighbourUrl);
  return all.filter(({ address, url }) => !mayBe(address, url)).map((one) => `${one.address} at ${lineOf(one)}`);
}

/** Hosts that are of two namespaces at once. */
export function mixedHosts(clb: FakeClbWorld): readonly string[] {
  const byHost = Map.groupBy(rulesIn(clb), ({ balancer, url }) => `${balancer} ${hostOf(url as Url)}`);
  return [...byHost].flatMap(([host, rules]) => {
    const all = new Set(rules.flatMap(({ addresses }) => addresses.flatMap((one) => namespaceWith(one) ?? [])));
    return all.size > 1 ? [`${[...all].join()} at ${host}`] : [];
  });
}

/** Which namespace had each host while it wanted it. */
export class HostsBefore {
  readonly #holders = new Map<string, string>();

  /** Hosts that passed to another namespace though the first one wants them. */
  taken(clb: FakeClbWorld): readonly string[] {
    const chosen = chosenIn(clb, false);
    return balancers.flatMap((balancer) =>
      hosts.flatMap((host) => {
        const key = `${balancer} ${host}`;
        const [now] = chosen.namespacesAt(balancer, ({ url }) => hostOf(url) === host);
        const before = this.#holders.get(key) ?? now;
        if (now !== undefined) this.#holders.set(key, now);
        return now === undefined || before === now ? [] : [`${key} from ${before ?? ''} to ${now}`];
      }),
    );
  }

  clear(): void {
    this.#holders.clear();
  }

  /** Whoever wants a host no longer has no right to it. */
  forget(asked: AskedByName): void {
    const claims = claimsOf(asked);
    for (const [key, namespace] of this.#holders) {
      const own = claims.filter((one) => one.namespace === namespace);
      const isWanted = own.some(({ balancer, urls }) => urls.some((url) => key === `${balancer} ${hostOf(url)}`));
      if (!isWanted) this.#holders.delete(key);
    }
  }
}
