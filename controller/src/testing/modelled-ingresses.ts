import { aNewService, aNode, aPod, aPort } from './builders.ts';
import { aBackendService, anIngress } from './ingress-builders.ts';
import {
  another,
  apps,
  ipOf,
  keyOf,
  namespaceOf,
  namespaces,
  names,
  nodeIp,
  nodePortOf,
  secretOf,
  secure,
  written,
  type Asked,
  type Name,
} from './asked-ingress.ts';
import { expectedIn, hasRival } from './ingress-model.ts';
import { HostsBefore, misrouted, mixedHosts } from './misrouted.ts';
import { editByHand, editedWeight, type Edit } from './modelled-edits.ts';
import { RulesByHand, type ByHand } from './modelled-rules-by-hand.ts';
import { neighbourFacts, neighbourKey, neighbourPod, seenServices, type Neighbour } from './modelled-neighbour.ts';
import { balancers } from './modelled-services.ts';
import { chosenIn, lineOf, rulesIn } from './seen-rules.ts';
import { passesUntil, passMs } from './virtual-time.ts';
import { WatchedClb } from './watched-clb.ts';
import { forEveryone, World } from './world.ts';

/** Ingresses of two namespaces that want the same paths of two CLBs, and a Service that wants their ports. */
export class ModelledIngresses extends World {
  override readonly clb: WatchedClb;
  readonly #asked = new Map<Name, Asked>();
  readonly #sharesHosts: boolean;
  /** They keep what they have on the CLB that they left until the other one carries all that they want. */
  readonly #moved = new Set<Name>();
  readonly #hosts = new HostsBefore();
  readonly #byHand: RulesByHand;
  #neighbour: Neighbour | undefined;
  #lastUid = 0;

  constructor(sharesHosts: boolean) {
    const clb = new WatchedClb();
    super(clb);
    this.clb = clb;
    this.#byHand = new RulesByHand(clb);
    this.#sharesHosts = sharesHosts;
    clb.firstHealth = 'Alive';
    clb.addLoadBalancer('lb-two', { vips: ['192.0.2.2'] });
    for (const namespace of namespaces) {
      for (const app of apps) {
        const identity = { namespace, name: `${app}-1`, uid: `uid-${namespace}-${app}-1` };
        this.cluster.putPod(aPod({ ...identity, ip: ipOf(namespace, app), labels: { app } }));
        const service = {
          type: 'NodePort',
          ports: [aPort({ nodePort: nodePortOf(namespace, app) })],
          selector: { app },
        };
        this.cluster.putRelated({ kind: 'Service', namespace, name: app }, aBackendService(service));
      }
    }
    this.cluster.putRelated({ kind: 'Nodes', namespace: '', name: '' }, { nodes: [aNode({ ips: [nodeIp] })] });
    this.cluster.putPod(neighbourPod);
    this.cluster.putRelated(another, { controller: 'k8s.io/ingress-nginx' });
    this.#putSecrets();
  }

  override start(): void {
    super.start({ placeRules: { ...forEveryone, sharesHosts: this.#sharesHosts } });
  }

  /** undefined: there is none. */
  putSecret(name: Name, certificateId: string | undefined): void {
    const facts = certificateId === undefined ? undefined : { certificateId, caCertificateId: undefined };
    this.cluster.putRelated(secretOf(name), facts);
  }

  #putSecrets(): void {
    for (const name of names) this.putSecret(name, `cert-${name}`);
  }

  /**
   * The faults end, people take their rules away, who moved to what another one has goes, and the Service leaves a
   * port that Ingresses want: of two that want it, either may have it.
   */
  calm(): void {
    this.clb.calm();
    this.#byHand.removeAll();
    this.#putSecrets();
    for (const name of this.#moved) if (hasRival(name, this.#asked)) this.delete(name);
    const asked = this.#neighbour;
    if (asked === undefined) return;
    const isWanted = this.#expected().rules.some((rule) => rule.startsWith(`${asked.balancer} ${asked.port} `));
    if (isWanted) this.askNeighbour({ ...asked, port: 8080 });
  }

  /** What must not be at any time. */
  wrong(): readonly string[] {
    const ofHosts = this.#sharesHosts ? [] : [...mixedHosts(this.clb), ...this.#hosts.taken(this.clb)];
    return [...misrouted(this.clb), ...ofHosts, ...this.#byHand.touched()];
  }

  override async stop(): Promise<void> {
    const stopped = super.stop();
    await passMs(2_000);
    await stopped;
  }

  async restart(): Promise<void> {
    await this.stop();
    this.start();
  }

  /** One that ends is made again only once it is gone. */
  ask(name: Name, asked: Asked): void {
    const { ingresses } = this.cluster;
    const before = ingresses.get(keyOf(name));
    if (before?.ending === true) return;
    if (asked.balancer !== (this.#asked.get(name) ?? asked).balancer) this.#moved.add(name);
    this.#asked.set(name, asked);
    this.#hosts.forget(this.#asked);
    const facts = written(name, asked);
    if (before !== undefined) ingresses.change(keyOf(name), facts);
    else ingresses.put(anIngress({ namespace: namespaceOf(name), name, createdAtMs: names.indexOf(name), ...facts }));
  }

  delete(name: Name): void {
    if (!this.#asked.delete(name)) return;
    this.#hosts.forget(this.#asked);
    this.cluster.ingresses.delete(keyOf(name));
  }

  askNeighbour(asked: Neighbour): void {
    const before = this.cluster.service(neighbourKey);
    if (before?.ending === true) return;
    this.#neighbour = asked;
    const facts = neighbourFacts(asked);
    this.#lastUid += 1;
    if (before !== undefined) this.cluster.changeService(neighbourKey, facts);
    else this.cluster.putService(aNewService({ ...facts, name: 'l4', uid: `uid-l4-${this.#lastUid}` }));
  }

  deleteNeighbour(): void {
    this.#neighbour = undefined;
    this.cluster.deleteService(neighbourKey);
  }

  /** Whoever deletes a rule by hand may leave its host to nobody. */
  editByHand(edit: Edit): void {
    this.#hosts.clear();
    editByHand(edit, this.clb, () => false);
    this.#byHand.forget();
  }

  makeByHand(kind: ByHand): void {
    this.#byHand.make(kind);
  }

  /** Which Ingresses stand and which of them we hold, what each listener has, and what leads elsewhere. */
  seen(): unknown {
    const all = rulesIn(this.clb);
    const { undecided } = this.#expected();
    const decided = all.filter((rule) => !undecided.includes(lineOf(rule)));
    const served = decided.filter(({ addresses }) => addresses.length > 0);
    const facts = names.flatMap((name) => this.cluster.ingresses.get(keyOf(name)) ?? []);
    return {
      there: facts
        .map(({ namespace, name, hasFinalizer }) => `${namespace}/${name} ${String(hasFinalizer)}`)
        .toSorted(),
      rules: all.map(lineOf).toSorted(),
      redirects: decided
        .filter(({ redirects }) => redirects)
        .map(lineOf)
        .toSorted(),
      targets: served.map((rule) => `${lineOf(rule)} ${rule.addresses.join(' ')}`).toSorted(),
      undecided,
      services: seenServices(this.clb),
      certificates: balancers.map((balancer) => {
        const ofHost = all.filter((one) => one.balancer === balancer && one.url.startsWith(secure) && one.port === 443);
        return new Set(ofHost.map(({ certificates }) => certificates.join())).size;
      }),
      edited: balancers.flatMap((id) => {
        const targets = [...(this.clb.balancers.get(id)?.targets.values() ?? [])];
        return targets.filter(({ weight }) => weight === editedWeight);
      }),
    };
  }

  expected(): unknown {
    return { ...this.#expected(), edited: [] };
  }

  #expected() {
    return expectedIn(this.#asked, this.#neighbour, chosenIn(this.clb, this.#sharesHosts));
  }

  async settles(limitMs: number): Promise<void> {
    const isSame = () => JSON.stringify(this.seen()) === JSON.stringify(this.expected());
    await passesUntil(isSame, limitMs, 1_000).catch(() => undefined);
  }
}
