import { contentOf, type SecurityPolicy, type StandingGroup, type WantedGroup } from '../core/model/security-group.ts';
import { apiError, gone, refused } from './fake-load-balancer.ts';

interface Stored extends StandingGroup {
  readonly clusterId: string;
  readonly policies: readonly SecurityPolicy[];
}

type Action =
  | 'listSecurityGroups'
  | 'describeSecurityPolicies'
  | 'isSecurityGroupUsed'
  | 'createSecurityGroup'
  | 'setSecurityPolicies'
  | 'deleteSecurityGroup';

/** The security groups of VPC in memory, as the port shows them. */
export class FakeSecurityGroups {
  readonly stored = new Map<string, Stored>();
  /** Ids that the list does not show. */
  readonly unlisted = new Set<string>();
  /** Each "create sg-1", "set sg-1" or "delete sg-1". */
  readonly writes: string[] = [];
  /** Thrown instead of doing the action. */
  fail: (action: Action) => Error | undefined = () => undefined;
  /** Whether a write is done and its answer is lost. */
  loseAnswer: (action: Action) => boolean = () => false;
  readonly #isBound: (id: string) => boolean;
  #last = 0;

  /** `isBound`: some CLB has it. */
  constructor(isBound: (id: string) => boolean) {
    this.#isBound = isBound;
  }

  get ids(): readonly string[] {
    return [...this.stored.keys()];
  }

  /** "ACCEPT TCP 80 192.0.2.0/24", a line each. */
  contentOf(id: string): string | undefined {
    const group = this.stored.get(id);
    return group && contentOf(group.policies);
  }

  /** By hand. */
  change(id: string, policies: readonly SecurityPolicy[]): void {
    const group = this.stored.get(id);
    if (group !== undefined) this.stored.set(id, { ...group, policies });
  }

  async list(clusterId: string): Promise<readonly StandingGroup[]> {
    await this.#enter('listSecurityGroups');
    const own = [...this.stored.values()].filter((one) => one.clusterId === clusterId && !this.unlisted.has(one.id));
    return own.map(({ id, ownerUid }) => ({ id, ownerUid }));
  }

  async describe(id: string): Promise<string | undefined> {
    await this.#enter('describeSecurityPolicies');
    return this.contentOf(id);
  }

  async isUsed(id: string): Promise<boolean> {
    await this.#enter('isSecurityGroupUsed');
    return this.#isBound(id);
  }

  async create({ owner, policies }: WantedGroup, clusterId: string): Promise<string> {
    await this.#enter('createSecurityGroup');
    const id = `sg-${(this.#last += 1)}`;
    this.writes.push(`create ${id}`);
    this.stored.set(id, { id, ownerUid: owner.uid, clusterId, policies });
    this.#answer('createSecurityGroup');
    return id;
  }

  async set(id: string, policies: readonly SecurityPolicy[]): Promise<void> {
    await this.#enter('setSecurityPolicies');
    if (!this.stored.has(id)) throw gone('ResourceNotFound', `the test has no security group ${id}`);
    this.writes.push(`set ${id}`);
    this.change(id, policies);
    this.#answer('setSecurityPolicies');
  }

  async delete(id: string): Promise<void> {
    await this.#enter('deleteSecurityGroup');
    if (this.#isBound(id)) throw refused('ResourceInUse', `a CLB has ${id}`);
    this.writes.push(`delete ${id}`);
    this.stored.delete(id);
    this.#answer('deleteSecurityGroup');
  }

  async #enter(action: Action): Promise<void> {
    await Promise.resolve();
    const error = this.fail(action);
    if (error !== undefined) throw error;
  }

  #answer(action: Action): void {
    if (this.loseAnswer(action)) throw apiError('transient', 'Timeout', 'the answer was lost');
  }
}
