import { accessSync, constants, existsSync, readFileSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { allCached } from '../binaries/ensure.ts';
import { moduleFolder } from '../binaries/key.ts';
import type { Recipe } from '../binaries/recipes.ts';
import { mountedHierarchies, usedHierarchies } from '../machine/cgroups.ts';
import type { Surroundings } from '../surroundings.ts';
import { run } from '../machine/run.ts';
import { missingCapabilities } from './capabilities.ts';
import { goProblem } from './go.ts';
import { findCniFolder, missingPackages } from './packages.ts';
import type { Room } from './room.ts';
import { availableMemory, neededRoom, roomProblems } from './room.ts';

/** What the checks found out, for those who go on. */
export interface Machine {
  goVersion: string;
  cniBinDir: string;
  snapshotter: 'overlayfs' | 'native';
}

/** The machine cannot run a cluster; each problem is one line that says what to do. */
export class UnfitMachine extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

export interface CheckOptions {
  surroundings: Surroundings;
  recipes: readonly Recipe[];
  withNodes: boolean;
  signal: AbortSignal;
}

/** Looks at everything that shows up late when it is missing; throws every problem at once. */
export async function checkMachine(o: CheckOptions): Promise<Machine> {
  if (process.platform !== 'linux')
    throw new UnfitMachine(['a cluster needs Linux: use a virtual machine with Debian 12']);
  const { env, baseDirs } = o.surroundings;
  const cniFolder = findCniFolder();
  const go = await askGo(o);
  const packages = missingPackages({ path: env['PATH'] ?? '', withNodes: o.withNodes, cniFolder });
  const problems = [
    ...privilegeProblems(),
    ...(packages.length > 0 ? [`missing programs: apt-get install --no-install-recommends ${packages.join(' ')}`] : []),
    ...definedOnly(goProblem(go)),
  ];
  if (problems.length > 0) throw new UnfitMachine(problems);
  const goVersion = await selectedGo(o);
  const later = [...(await namespaceProblems(o)), ...roomProblems(measureRooms(o, goVersion))];
  if (later.length > 0) throw new UnfitMachine(later);
  return { goVersion, cniBinDir: cniFolder ?? '', snapshotter: snapshotterFor(baseDirs.state) };
}

function definedOnly(problem: string | undefined): string[] {
  return problem === undefined ? [] : [problem];
}

// sudo alone takes away the PATH in which Go and Node may be.
const needsRoot = 'a cluster needs root, for namespaces and containers: put sudo env PATH="$PATH" before the command';

function privilegeProblems(): string[] {
  if (process.getuid?.() !== 0) return [needsRoot];
  const missing = missingCapabilities(readFileSync('/proc/self/status', 'utf8'));
  return missing.length === 0
    ? []
    : [`root lacks ${missing.join(', ')} here: run this outside the container, or give it these`];
}

async function askGo({ surroundings: { env }, signal }: CheckOptions): Promise<string | undefined> {
  try {
    return (await run(['go', 'env', 'GOVERSION', 'GOTOOLCHAIN'], { signal, env, cwd: '/' })).stdout;
  } catch {
    return undefined;
  }
}

// Beside our go.mod, because there an older Go fetches and becomes the one that go.mod asks for.
async function selectedGo({ surroundings: { env }, signal }: CheckOptions): Promise<string> {
  const options = { signal, env, cwd: moduleFolder('.'), timeoutMs: 600_000 };
  return (await run(['go', 'env', 'GOVERSION'], options)).stdout.trim();
}

// Capabilities do not tell the whole story: a seccomp filter may still forbid namespaces or mounts.
async function namespaceProblems(o: CheckOptions): Promise<string[]> {
  const trial = [
    'unshare',
    '--net',
    '--mount',
    '--pid',
    '--uts',
    '--fork',
    '--mount-proc',
    'mount',
    '-t',
    'tmpfs',
    'trial',
    '/run',
  ];
  try {
    await run(trial, { signal: o.signal, env: o.surroundings.env });
  } catch (error) {
    return [`this machine forbids private namespaces (${String(error)}): use a machine or virtual machine of your own`];
  }
  return o.withNodes ? cgroupProblems() : [];
}

function cgroupProblems(): string[] {
  const used = usedHierarchies(mountedHierarchies());
  if (used.length === 0) return ['no cgroup hierarchy is mounted below /sys/fs/cgroup: containers need one'];
  const closed = used.filter(({ path }) => !isWritable(path)).map(({ path }) => path);
  return closed.length === 0 ? [] : [`containers need cgroups that can be written: ${closed.join(' ')} is read-only`];
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function measureRooms(o: CheckOptions, goVersion: string): Room[] {
  const { baseDirs } = o.surroundings;
  const cached = allCached({ cache: baseDirs.cache, recipes: o.recipes, goVersion });
  const memory = availableMemory(readFileSync('/proc/meminfo', 'utf8'));
  const room = (what: Room['what'], where: string, free: number, needed: number): Room => ({
    what,
    where,
    free,
    needed,
  });
  const running = [
    room('memory', 'to run', memory, neededRoom.runMemory),
    room('disk', baseDirs.state, freeDisk(baseDirs.state), neededRoom.runDisk),
  ];
  const building = [
    room('memory', 'to build', memory, neededRoom.buildMemory),
    room('disk', baseDirs.cache, freeDisk(baseDirs.cache), neededRoom.buildDisk),
  ];
  return cached ? running : [...running, ...building];
}

function freeDisk(folder: string): number {
  const { bavail, bsize } = statfsSync(existingParent(folder));
  return bavail * bsize;
}

function existingParent(folder: string): string {
  return existsSync(folder) ? folder : existingParent(dirname(folder));
}

const overlayMagic = 0x794c7630;

// The kernel refuses an overlay whose upper layer lies on an overlay, which is where a state folder in Docker lies.
function snapshotterFor(folder: string): 'overlayfs' | 'native' {
  return statfsSync(existingParent(folder)).type === overlayMagic ? 'native' : 'overlayfs';
}
