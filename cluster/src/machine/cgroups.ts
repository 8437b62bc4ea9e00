import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** One mounted cgroup hierarchy; version 2 has a single one, version 1 one for each controller. */
export interface Hierarchy {
  path: string;
  version: 1 | 2;
  controllers: readonly string[];
}

/** Reads the hierarchies from the text of /proc/self/mounts. */
export function parseHierarchies(mounts: string): Hierarchy[] {
  return mounts.split('\n').flatMap((line): Hierarchy[] => {
    const [, path = '', type = '', options = ''] = line.split(' ');
    if (type === 'cgroup2') return [{ path, version: 2, controllers: [] }];
    return type === 'cgroup' ? [{ path, version: 1, controllers: options.split(',') }] : [];
  });
}

export function mountedHierarchies(): Hierarchy[] {
  return parseHierarchies(readFileSync('/proc/self/mounts', 'utf8'));
}

/**
 * The hierarchies that the kubelet uses: version 1 if any is mounted (a version 2 beside it is then without
 * controllers).
 */
export function usedHierarchies(all: readonly Hierarchy[]): Hierarchy[] {
  const old = all.filter((each) => each.version === 1);
  return old.length > 0 ? old : all.slice(0, 1);
}

/** Makes a cgroup in every hierarchy: the kubelet refuses to start where one is missing. */
export function createCgroup(name: string, hierarchies: readonly Hierarchy[] = mountedHierarchies()): void {
  for (const hierarchy of usedHierarchies(hierarchies)) {
    const folders = foldersDownTo(hierarchy.path, name);
    for (const folder of folders) {
      if (!existsSync(folder)) mkdirSync(folder);
      if (hierarchy.controllers.includes('cpuset')) copyCpuset(folder);
      if (hierarchy.version === 2) enableControllers(dirname(folder));
    }
    const [top] = folders;
    if (top !== undefined) giveCpu(top, hierarchy);
  }
}

/**
 * A new cgroup has the CPU time of one process, and all pods of all nodes run in it: beside an API server, kubelets,
 * the CLB and its clients, which run outside, they would wait for seconds on a busy machine. On a machine of its own
 * a node's pods share with a few services.
 */
function giveCpu(top: string, { version, controllers }: Hierarchy): void {
  if (version === 2) writeFileSync(join(top, 'cpu.weight'), '800');
  else if (controllers.includes('cpu')) writeFileSync(join(top, 'cpu.shares'), '8192');
}

/** Lists the folders from below the root down to the named one: "a/b" gives ROOT/a and ROOT/a/b. */
export function foldersDownTo(root: string, name: string): string[] {
  const parts = name.split('/').filter((part) => part !== '');
  return parts.map((_, index) => join(root, ...parts.slice(0, index + 1)));
}

// A new cpuset of version 1 is empty, and no process can enter an empty one.
function copyCpuset(folder: string): void {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    const own = readFileSync(join(folder, file), 'utf8').trim();
    if (own === '') writeFileSync(join(folder, file), readFileSync(join(dirname(folder), file), 'utf8'));
  }
}

// Version 2 gives a child only the controllers that its parent hands down. Not tried on a real version 2 machine.
function enableControllers(folder: string): void {
  const offered = readFileSync(join(folder, 'cgroup.controllers'), 'utf8').trim().split(' ');
  const wanted = offered.filter((controller) =>
    ['cpu', 'cpuset', 'io', 'memory', 'pids', 'hugetlb'].includes(controller),
  );
  writeFileSync(join(folder, 'cgroup.subtree_control'), wanted.map((controller) => `+${controller}`).join(' '));
}

/** Kills what is left in a cgroup and removes it, in every hierarchy. Does nothing where it does not exist. */
export async function removeCgroup(name: string, signal: AbortSignal): Promise<void> {
  for (const hierarchy of mountedHierarchies()) {
    const top = join(hierarchy.path, name);
    if (existsSync(top)) await removeTree(top, signal);
  }
}

/** Lists a folder and all folders below it, deepest first: a cgroup with children cannot be removed. */
export function deepestFirst(folder: string): string[] {
  const children = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...children.flatMap((child) => deepestFirst(join(folder, child.name))), folder];
}

// A killed process leaves its cgroup only when it is reaped, so removal is tried until it works.
async function removeTree(top: string, signal: AbortSignal): Promise<void> {
  const endsAt = performance.now() + 20_000;
  while (existsSync(top)) {
    const stuck = deepestFirst(top).flatMap((folder) => removeOne(folder));
    if (stuck.length === 0) return;
    if (performance.now() > endsAt) throw new Error(`the cgroup ${stuck.join(', ')} cannot be removed: it stays busy`);
    await pause(50, undefined, { signal });
  }
}

function removeOne(folder: string): string[] {
  try {
    for (const pid of readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n')) {
      if (pid !== '' && pid !== '0') kill(Number(pid));
    }
    rmdirSync(folder);
    return [];
  } catch {
    return existsSync(folder) ? [folder] : [];
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}
