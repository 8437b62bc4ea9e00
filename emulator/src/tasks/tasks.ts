import { ApiError } from '../errors/api-error.ts';
import type { Clock } from '../runtime/clock.ts';
import { drawMs, type Random, type Spread } from '../runtime/random.ts';
import { busyError } from './busy-error.ts';

/** DescribeTaskStatus: 0 done, 1 failed, 2 running. */
export type TaskStatus = 0 | 1 | 2;

export interface Task {
  status: TaskStatus;
  message: string | null;
  readonly startedAtMs: number;
  endedAtMs?: number;
  readonly action: string;
  /** Those it locks, or those that it makes. */
  readonly loadBalancerIds: readonly string[];
}

export interface Latencies {
  /** Asynchronous tasks. */
  task: Spread;
  /** Batch calls, which hold their caller. */
  batch: Spread;
  /** CreateLoadBalancer. */
  create: Spread;
}

interface Work {
  action: string;
  requestId: string;
  /** Locked while it runs. */
  loadBalancerIds: readonly string[];
  /** What DescribeTaskStatus answers instead, where a task makes load balancers. */
  made?: readonly string[];
}

interface Running {
  task: Task;
  unlock: () => void;
}

/** Time and order of writes: one at a time per load balancer, effects at the end. */
export interface Tasks {
  /** Answers at once; the effect comes when the task ends. */
  start(work: Work & { kind: 'task' | 'create'; apply: () => void }): void;
  /** Holds the caller until the effect has come; then keeps the load balancer busy for a tail by size. */
  hold<T>(work: Work & { size: number; apply: () => T }): Promise<T>;
  find(taskId: string): Task | undefined;
  /** Another request that is answered by the same task. */
  share(requestId: string, taskId: string): void;
  /** The tasks that are remembered, the oldest first. */
  ids(): string[];
  /** The newest first. */
  recent(count: number): (Task & { id: string })[];
  /** How many have not ended yet. */
  running(): number;
}

interface Options {
  clock: Clock;
  random: Random;
  latencies: Latencies;
  tailMsPerTarget: number;
  /** How long a task is remembered after its end. */
  retentionMs: number;
  /** Resolves when the data plane has taken over every change made so far. */
  settled: () => Promise<void>;
}

/** The oldest tasks are forgotten beyond this; how long the cloud remembers them is not known. */
const remembered = 20_000;

function createMemory(clock: Clock, retentionMs: number) {
  const tasks = new Map<string, Task>();

  function find(id: string): Task | undefined {
    const task = tasks.get(id);
    const isOld = clock.now() - (task?.endedAtMs ?? Infinity) > retentionMs;
    return isOld ? undefined : task;
  }

  function add(id: string, task: Task): void {
    tasks.set(id, task);
    const [oldest] = tasks.keys();
    if (tasks.size > remembered && oldest !== undefined) tasks.delete(oldest);
  }

  function share(id: string, first: string): void {
    const task = find(first);
    if (task) add(id, task);
  }

  return {
    add,
    find,
    share,
    ids: () => [...tasks.keys()].filter((id) => find(id)),
    running: () => [...tasks.values()].filter(({ status }) => status === 2).length,
    recent: (count: number) =>
      [...tasks]
        .slice(-count)
        .reverse()
        .map(([id, task]) => ({ id, ...task })),
  };
}

/** Starts without tasks and locks. */
export function createTasks({ clock, random, latencies, tailMsPerTarget, retentionMs, settled }: Options): Tasks {
  const memory = createMemory(clock, retentionMs);
  const busy = new Map<string, string>();

  function open({ action, requestId, loadBalancerIds, made = loadBalancerIds }: Work): Running {
    const blocked = loadBalancerIds.find((id) => busy.has(id));
    if (blocked !== undefined) throw busyError(blocked, busy.get(blocked) ?? action, random);
    loadBalancerIds.forEach((id) => busy.set(id, action));
    const task: Task = { status: 2, message: null, startedAtMs: clock.now(), action, loadBalancerIds: made };
    memory.add(requestId, task);
    return { task, unlock: () => loadBalancerIds.forEach((id) => busy.delete(id)) };
  }

  function close({ task, unlock }: Running, failure: unknown, tailMs = 0): void {
    task.status = failure === undefined ? 0 : 1;
    task.endedAtMs = clock.now();
    if (failure !== undefined) task.message = failure instanceof ApiError ? failure.message : 'internal error';
    if (tailMs > 0) clock.after(tailMs, unlock);
    else unlock();
  }

  async function finish<T>(running: Running, apply: () => T, tailMs: number): Promise<T> {
    try {
      const result = apply();
      await settled();
      close(running, undefined, tailMs);
      return result;
    } catch (error) {
      close(running, error);
      throw error;
    }
  }

  return {
    start({ kind, apply, ...work }) {
      const running = open(work);
      // A failure is the task's outcome, read with DescribeTaskStatus: this promise is not awaited.
      clock.after(drawMs(latencies[kind], random), () => void finish(running, apply, 0).catch(() => undefined));
    },
    hold({ size, apply, ...work }) {
      const running = open(work);
      return new Promise((resolve, reject) => {
        clock.after(drawMs(latencies.batch, random), () => {
          finish(running, apply, size * tailMsPerTarget).then(resolve, reject);
        });
      });
    },
    find: memory.find,
    share: memory.share,
    ids: memory.ids,
    recent: memory.recent,
    running: memory.running,
  };
}
