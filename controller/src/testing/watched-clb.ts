import { sleep } from '@clb-direct/shared/runtime/sleep.ts';
import { CodedClb, isRead } from './coded-clb.ts';
import type { FakeWrite } from './fake-clb-world.ts';
import type { FakeLoadBalancer } from './fake-load-balancer.ts';

/** CLBs whose API is slow and fails, and that note which writes changed nothing. */
export class WatchedClb extends CodedClb {
  /** Of each call, before it is done. */
  latencyMs = 0;
  /** How many of the next requests are answered by this code. */
  failing = { count: 0, code: '' };
  /** How many of the next writes are done without an answer. */
  losing = 0;
  /** How many of the next writes are confirmed without effect. */
  voiding = 0;
  /** Writes that left everything as it was, though they were answered and had an effect. */
  readonly idle: FakeWrite[] = [];
  #before: ReadonlyMap<string, string> = new Map();
  /** Whoever writes cannot know any more what stands. */
  #isMisled = false;

  override codeOf = () => (this.failing.count-- > 0 ? this.failing.code : undefined);
  override loseAnswer = () => this.losing-- > 0;
  override isVain = (action: FakeWrite['action']) => {
    const isVain = !isRead(action) && this.voiding-- > 0;
    this.#isMisled ||= isVain;
    return isVain;
  };

  /** What is done late may be done twice, and what was confirmed in vain is built upon. */
  override delayNext(...[action, laterMs]: Parameters<CodedClb['delayNext']>): void {
    this.#isMisled = true;
    super.delayNext(action, laterMs);
  }

  /** The faults end. */
  calm(): void {
    this.latencyMs = 0;
    this.failing = { count: 0, code: '' };
    this.losing = 0;
    this.voiding = 0;
  }

  protected override async enter(...[action, id, signal]: Parameters<CodedClb['enter']>): Promise<void> {
    if (this.latencyMs > 0) await sleep(this.latencyMs, signal);
    await super.enter(action, id, signal);
    if (!isRead(action)) this.#before = pictureOf(this.at(id));
  }

  protected override wrote(...[action, id, keys]: Parameters<CodedClb['wrote']>): void {
    const now = pictureOf(this.at(id));
    const isSame = (key: string) => now.get(key) === this.#before.get(key);
    const idle = keys.filter((key) => isSame(now.has(key) || this.#before.has(key) ? key : others));
    if (idle.length > 0 && !this.#isMisled) this.idle.push({ action, id, keys: idle });
    super.wrote(action, id, keys);
  }
}

const others = 'everything but targets';

/** Targets by their keys, without health, which nobody writes. */
function pictureOf({ about, listeners, targets }: FakeLoadBalancer): ReadonlyMap<string, string> {
  const bare = [...targets].map(([key, { weight, tag }]) => [key, `${weight} ${tag ?? ''}`] as const);
  return new Map([...bare, [others, JSON.stringify([about.settings, [...listeners]])]]);
}
