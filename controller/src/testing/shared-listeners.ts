import { writePlaceId } from '../core/model/existing-place.ts';
import { boundTargets } from '../core/model/observed.ts';
import type { OwnerView } from '../core/model/owner-view.ts';
import { stageOf, type PodView } from '../core/model/pod-view.ts';
import type { Step } from '../core/model/step.ts';
import { backendInTag } from '../core/model/target-tag.ts';
import { targetKey, type Health } from '../core/model/target.ts';
import { assembleObserved } from '../core/plan/assemble-observed.ts';
import { memoryAfterApply, memoryAfterPlan } from '../core/plan/memory-after.ts';
import { emptyMemory, refreshMemory, type Memory } from '../core/plan/memory.ts';
import { haveTags } from '../core/plan/own-targets.ts';
import { planChanges, type Plan } from '../core/plan/plan.ts';
import { scopeOf } from '../core/plan/scope.ts';
import { releaseOf, targetsOf } from '../core/plan/release-removal.ts';
import { usedPlaces } from '../core/plan/used-places.ts';
import { clbId, podFacts, someFacts } from './builders.ts';
import { FakeLoadBalancer, type FakeTarget } from './fake-load-balancer.ts';

const vips = ['192.0.2.1'];

/** One CLB with listeners that nobody's controller made. */
export function sharedBalancer(listenerIds: readonly string[]): FakeLoadBalancer {
  const about = {
    id: clbId,
    vips,
    domain: undefined,
    vpcId: 'vpc-1',
    usable: true,
    tags: {},
    isInternal: false,
    hasSnatPro: false,
    targetFamily: 'IPv4',
    settings: {},
  } as const;
  const balancer = new FakeLoadBalancer(about);
  for (const [index, id] of listenerIds.entries()) {
    balancer.listeners.set(id, { id, name: 'terraform', protocol: 'TCP', port: 443 + index, settings: {}, rules: [] });
  }
  return balancer;
}

/** Until tags were seen, a target that a person makes where ours just stood counts as ours. */
const tagsSeen: Memory = { ...emptyMemory, returnsTags: true };

/** One of several clusters on a CLB: its objects, and what its controller makes of them. Nothing runs by itself. */
export class ClusterOnShared {
  pods: PodView[] = [];
  readonly ended = new Set<string>();
  owners: readonly OwnerView[];
  readonly clusterId: string;
  nowMs = 1_000_000;
  /** People let go what its controller withholds, as its events say. */
  areEventsObeyed = false;
  #memory = tagsSeen;
  readonly #balancer: FakeLoadBalancer;

  constructor(clusterId: string, owners: readonly OwnerView[], balancer: FakeLoadBalancer) {
    this.clusterId = clusterId;
    this.owners = owners.map((owner) => ({ ...owner, recordedPlaces: [] }));
    this.#balancer = balancer;
  }

  /** As its controller is killed and starts again. */
  restart(): void {
    this.#memory = tagsSeen;
  }

  /** Looks at the CLB and plans; the records follow the plan, as the life-cycle loop writes them. */
  plan(): Plan {
    const { clusterId, nowMs, owners } = this;
    const used = usedPlaces(clbId, owners);
    const answers = this.#answers();
    const known = { clusterId, recordedRules: [], used, memory: this.#memory };
    const observed = assembleObserved(answers, known);
    const returnsTags = this.#memory.returnsTags || haveTags(answers.targets);
    const memory = { ...refreshMemory(this.#memory, boundTargets(observed), nowMs), returnsTags };
    const scope = scopeOf(clbId, owners, false, () => undefined);
    const pods = podFacts(this.pods, (uid) => this.ended.has(uid));
    const plan = planChanges(someFacts({ ...scope, clusterId, nowMs, observed, memory, ...pods }));
    this.#memory = memoryAfterPlan({ observed, memory }, plan, { before: undefined, isSeen: true, nowMs });
    this.owners = owners.map((owner) => {
      const withheld = targetsOf(owner.uid, plan.withheld, observed);
      return {
        ...owner,
        recordedPlaces: (plan.used.get(owner.uid) ?? []).map(writePlaceId),
        ...(this.areEventsObeyed ? { releaseRemoval: releaseOf(withheld) } : {}),
      };
    });
    return plan;
  }

  /** As many of the steps as its controller gets to; of the others nothing is known. */
  apply({ steps }: Plan, most = steps.length): void {
    const done = steps.slice(0, most);
    for (const step of done) this.#do(step);
    this.#memory = memoryAfterApply(this.#memory, { done, refused: [] }, this.nowMs);
  }

  isOwn({ tag }: Pick<FakeTarget, 'tag'>): boolean {
    return backendInTag(tag ?? '', this.clusterId) !== undefined;
  }

  get readyPods(): readonly PodView[] {
    return this.pods.filter((pod) => stageOf(pod) === 'ready');
  }

  #answers() {
    const targets = [...this.#balancer.targets.values()];
    const health = new Map<string, Health>(targets.map((target) => [targetKey(target), target.health]));
    return { loadBalancer: this.#balancer.about, listeners: [...this.#balancer.listeners.values()], targets, health };
  }

  #do(step: Step): void {
    if (step.kind === 'register') this.#balancer.register(step, 'Unknown');
    else if (step.kind === 'set-weight') this.#balancer.setWeight(step);
    else if (step.kind === 'deregister') this.#balancer.targets.delete(targetKey(step.target));
    else throw new Error(`nobody asked for ${step.kind}`);
  }
}
