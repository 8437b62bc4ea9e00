import { isIP } from 'node:net';
import type { EventRecorder } from '@clb-direct/shared/kube/events/event-recorder.ts';
import type { ReachRules } from '@clb-direct/shared/domain/reach.ts';
import type {
  AddressHolder,
  ClusterView,
  ConfigWriter,
  FinalizerHolder,
  Shown,
  HeldDeletionAnswer,
  HeldDeletionWriter,
  OwnedWriter,
  OwnerWriter,
  RecordWriter,
  Unsearched,
} from '../core/model/cluster-port.ts';
import { uploadReference } from '../core/model/certificate.ts';
import { sourceGroupReference } from '../core/model/security-group.ts';
import type { OwnerCondition } from '../core/model/owner-condition.ts';
import type { Owner } from '../core/model/owner.ts';
import type { ObjectReference, RelatedFacts, RelatedKind, RelatedObjects } from '../core/model/related-objects.ts';
import type { PodView } from '../core/model/pod-view.ts';
import type { RecordedOwner } from '../core/model/record.ts';
import { readService } from '../core/sources/service/read-service.ts';
import type { Unmarked } from '../core/sources/service/mark.ts';
import type { ServiceFacts } from '../core/sources/service/service-facts.ts';
import { OwnersWithRecords } from '../kube/owners-with-records.ts';
import type { Announcement } from './announcement.ts';
import { FakeIngresses } from './fake-ingresses.ts';
import { FakePods } from './fake-pods.ts';
import { FakeRelated } from './fake-related.ts';
import { FakeTlsSecrets } from './fake-tls-secrets.ts';
import { upstreamAfter } from './upstream-after.ts';

/** A cluster in memory: what is put in is seen at once, and writes come back as changes, as watches bring them. */
export class FakeCluster extends FakePods implements ClusterView, HeldDeletionWriter, OwnerWriter, RelatedObjects {
  /** By namespace/name. */
  readonly #services = new Map<string, ServiceFacts>();
  readonly #owners = new OwnersWithRecords((now, before) => this.change?.owners(now, before));
  readonly ingresses = new FakeIngresses(this, (key, now) => this.#owners.putOwner(key, now));
  readonly announcements: Announcement[] = [];
  /** Each "shop/web-1 drained WeightZero". */
  readonly deletionAnswers: string[] = [];
  readonly conditionWrites: { readonly key: string; readonly condition: OwnerCondition | undefined }[] = [];
  /** Of the finalizer and the annotation. */
  readonly showWrites: { readonly key: string; readonly balancerIds: readonly string[] }[] = [];
  /** Of the records, each "put lb-one shop/web" or "remove lb-one uid-web". */
  readonly recordWrites: string[] = [];
  readonly records: RecordWriter = {
    put: async (balancerId, owner) => {
      await Promise.resolve();
      this.recordWrites.push(`${owner.releasedAtMs === undefined ? 'put' : 'release'} ${balancerId} ${nameOf(owner)}`);
      this.marked.add(balancerId);
      this.putRecord(balancerId, [...this.#recorded(balancerId).filter(({ uid }) => uid !== owner.uid), owner]);
    },
    markComplete: async (balancerIds) => {
      await Promise.resolve();
      this.isMarkedComplete = true;
      for (const id of balancerIds) this.marked.add(id);
    },
    unmark: async (balancerId) => {
      await Promise.resolve();
      this.marked.delete(balancerId);
    },
    remove: async (balancerId, uid) => {
      await Promise.resolve();
      this.recordWrites.push(`remove ${balancerId} ${uid}`);
      const others = this.#recorded(balancerId).filter((owner) => owner.uid !== uid);
      this.putRecord(balancerId, others);
      if (this.recordOf(balancerId) === undefined) this.marked.delete(balancerId);
    },
  };
  /** Of the records of CLBs that are made for owners. */
  ownedVersion = 0;
  readonly ownedRecords: OwnedWriter = {
    put: async (record) => {
      await Promise.resolve();
      const before = this.#writtenFor(record.owner.uid);
      if ((before?.version ?? '') !== record.version) throw new Error('the record is another one by now');
      const written = { ...record, version: String((this.ownedVersion += 1)) };
      this.#owners.putOwned(record.owner.uid, written);
      return written;
    },
    remove: async ({ owner, version }) => {
      await Promise.resolve();
      const before = this.#writtenFor(owner.uid);
      if (before !== undefined && before.version !== version) throw new Error('the record is another one by now');
      this.#owners.putOwned(owner.uid, undefined);
    },
  };
  /** The API server allows to write TkeServiceConfigs. */
  mayWriteConfigs = true;
  configWrites = 0;
  readonly configs: ConfigWriter = {
    write: async ({ namespace, uid }, { name, next }) => {
      await Promise.resolve();
      if (!this.mayWriteConfigs) return { isForbidden: true, message: 'forbidden' };
      this.configWrites += 1;
      const kept = { version: String(this.configWrites), ownerUids: [uid], madeBy: 'us' } as const;
      this.putRelated({ kind: 'TkeServiceConfig', namespace, name }, { spec: next, kept });
      return undefined;
    },
  };
  readonly recorder: EventRecorder = {
    record: ({ regarding, type, reason, message }) => {
      this.announcements.push({ about: `${regarding.namespace}/${regarding.name}`, type, reason, message });
    },
    flush: async () => Promise.resolve(),
  };
  /** How often an address was published. */
  addressWrites = 0;
  /** The API server keeps the ipMode of an address. */
  knowsIpMode = true;
  hasTke = false;
  /** A change of it is one of `change.tke` too. */
  reach: ReachRules = { eniDefault: 'eni', globalRoute: false, hostNetworkTargets: false };
  /** The setting UNMARKED_SERVICES. */
  unmarked: Unmarked = 'ignore';
  readonly #related = new FakeRelated();
  readonly unread = this.#related.unread;
  readonly related = this.#related.related;
  readonly pairs = new FakeTlsSecrets((secret, facts) => this.putRelated(secret, facts));
  readonly reachRules = () => this.reach;
  readonly tkePresent = () => this.hasTke;
  readonly setUpload: ClusterView['setUpload'] = (name, upload) => this.putRelated(uploadReference(name), upload);
  readonly setSourceGroup: ClusterView['setSourceGroup'] = (uid, it) => this.putRelated(sourceGroupReference(uid), it);
  /** An install before had no records, if this is false. */
  isMarkedComplete = true;
  /** Ids of the CLBs that the mark says have a record. */
  readonly marked = new Set<string>();

  owners() {
    return this.#owners.owners();
  }
  owner(key: string) {
    return this.#owners.owner(key);
  }
  ownersOn(balancerId: string) {
    return this.#owners.ownersOn(balancerId);
  }
  ownersSelecting(pod: PodView) {
    return this.#owners.ownersSelecting(pod);
  }
  ownersListing(ip: string) {
    return this.#owners.ownersListing(ip);
  }
  ownersReferringTo(reference: ObjectReference) {
    return this.#owners.ownersReferringTo(reference);
  }
  recordOf(balancerId: string) {
    return this.#owners.recordOf(balancerId);
  }
  recordEntriesOf(key: string) {
    return this.#owners.recordEntriesOf(key);
  }
  ownedOf(key: string) {
    return this.#owners.ownedOf(key);
  }
  ownedAt(balancerId: string) {
    return this.#owners.ownedAt(balancerId);
  }
  ownedBalancers() {
    return this.#owners.ownedBalancers();
  }
  leftBalancers() {
    return this.#owners.leftBalancers();
  }
  /** By UID of the owner. */
  ownedRecord(uid: string) {
    return [...this.ownedBalancers()].find(({ owner }) => owner.uid === uid);
  }
  /** As its ConfigMap has it, whether its owner still has the CLB or left it. */
  #writtenFor(uid: string) {
    return this.ownedRecord(uid) ?? [...this.leftBalancers()].find(({ owner }) => owner.uid === uid);
  }
  recordEntries() {
    return this.#owners.recordEntries();
  }
  unsearched() {
    return this.#owners.unsearched();
  }
  setUnsearched(unsearched: Unsearched) {
    this.#owners.setUnsearched(unsearched);
  }

  /** Undefined: it is deleted. Owners that refer to it are read again. */
  putRelated<K extends RelatedKind>(
    reference: ObjectReference<K>,
    facts: RelatedFacts[K] | undefined,
    was?: RelatedFacts[K],
  ): void {
    this.#related.put(reference, facts, was);
    for (const { key } of this.ownersReferringTo(reference)) this.#readAgain(key);
  }

  /** By namespace/name. */
  service(key: string): ServiceFacts | undefined {
    return this.#services.get(key);
  }

  putService(facts: ServiceFacts): void {
    this.#services.set(`${facts.namespace}/${facts.name}`, facts);
    const view = readService(facts, this, this.unmarked);
    this.#owners.putOwner(view.key, view);
  }

  /** As a whole ConfigMap; without owners as if it were deleted. */
  putRecord(balancerId: string, owners: readonly RecordedOwner[]): void {
    this.#owners.putRecord(balancerId, owners.length === 0 ? undefined : { balancerId, owners });
  }

  changeService(key: string, overrides: Partial<ServiceFacts>): void {
    const facts = this.service(key);
    if (facts !== undefined) this.putService({ ...facts, ...overrides });
  }

  /** `kubectl delete service`: it is ending until its finalizer goes. */
  deleteService(key: string): void {
    if (this.service(key)?.hasFinalizer === true) this.changeService(key, { ending: true });
    else this.removeService(key);
  }

  async answer(pod: PodView, { answer, reason }: HeldDeletionAnswer): Promise<void> {
    await Promise.resolve();
    this.deletionAnswers.push(`${pod.key} ${answer} ${reason}`);
    const now = this.pod(pod.key);
    const held = now?.heldDeletion;
    if (now?.uid !== pod.uid || held === undefined) return;
    this.putPod({ ...now, heldDeletion: answer === 'over' ? undefined : { ...held, answer: reason } });
  }

  async ask(pod: PodView, isAsked: boolean): Promise<void> {
    await Promise.resolve();
    const now = this.pod(pod.key);
    if (now?.uid === pod.uid) this.putPod({ ...now, drainAsked: isAsked });
  }

  async show(owner: FinalizerHolder, shown: Shown): Promise<void> {
    await Promise.resolve();
    const key = nameOf(owner);
    const { balancerIds, finalizer, inUse } = shown;
    this.showWrites.push({ key, balancerIds });
    if (owner.kind === 'Ingress') this.ingresses.show(owner, shown);
    if (owner.kind !== 'Service') return;
    const now = this.service(key);
    if (now?.uid !== owner.uid) return;
    if (now.ending && !finalizer) this.removeService(key);
    else {
      const upstreamFinalizerBy = upstreamAfter(now.upstreamFinalizerBy, owner.upstreamFinalizer, finalizer);
      const written = { recordedLoadBalancers: balancerIds, shownInUse: inUse, upstreamFinalizerBy };
      this.putService({ ...now, ...written, hasFinalizer: finalizer });
    }
  }

  async publishAddresses(owner: AddressHolder, addresses: readonly string[]): Promise<void> {
    await Promise.resolve();
    this.addressWrites += 1;
    if (owner.kind === 'Ingress') this.ingresses.publish(owner, addresses);
    if (owner.kind !== 'Service') return;
    const now = this.service(nameOf(owner));
    const mode = this.knowsIpMode ? owner.ipModes.wanted : '';
    const ingressModes = addresses.filter((address) => isIP(address) !== 0).map(() => mode);
    if (now?.uid === owner.uid) this.putService({ ...now, ingress: addresses, ingressModes });
  }

  async writeCondition(owner: Owner, condition: OwnerCondition | undefined): Promise<void> {
    await Promise.resolve();
    this.conditionWrites.push({ key: nameOf(owner), condition });
    const now = owner.kind === 'Service' ? this.service(nameOf(owner)) : undefined;
    if (owner.kind === 'Ingress') this.ingresses.setCondition(owner, condition);
    else if (now?.uid === owner.uid) this.putService({ ...now, condition });
  }

  said(reason: string): number {
    return this.announcements.filter((announcement) => announcement.reason === reason).length;
  }

  /** Whatever its finalizers say. */
  removeService(key: string): void {
    this.#services.delete(key);
    this.#owners.putOwner(`Service/${key}`, undefined);
  }

  #readAgain(key: string): void {
    const name = key.slice(key.indexOf('/') + 1);
    if (key.startsWith('Ingress/')) this.ingresses.change(name, {});
    else this.changeService(name, {});
  }

  #recorded(balancerId: string): readonly RecordedOwner[] {
    return this.recordOf(balancerId)?.owners ?? [];
  }
}

function nameOf({ namespace, name }: Owner): string {
  return `${namespace}/${name}`;
}
