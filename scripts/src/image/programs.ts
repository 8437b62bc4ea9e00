/** One program of which an image is made. */
export interface Program {
  readonly name: 'controller' | 'webhook' | 'example';
  /** Its main file, relative to the repository's root. */
  readonly entry: string;
  /** Commands in the same image: /app/NAME.js, to be run with /nodejs/bin/node. */
  readonly commands?: Readonly<Record<string, string>>;
  readonly title: string;
  /** The user in the image's config: "UID:GID". */
  readonly user: string;
  /** Flags of Node for this program alone. */
  readonly flags?: readonly string[];
}

const nonroot = '65532:65532';

export const programs: readonly Program[] = [
  {
    name: 'controller',
    entry: 'controller/src/main.ts',
    commands: { uninstall: 'commands/src/uninstall/main.ts', adopt: 'commands/src/adopt/main.ts' },
    title: 'clb-direct controller: binds pods to CLB listeners and opens their readiness gates',
    user: nonroot,
  },
  {
    name: 'webhook',
    entry: 'webhook/src/main.ts',
    commands: { 'rotate-certs': 'commands/src/rotate-certs/main.ts' },
    title: 'clb-direct webhook: puts the readiness gate into ENI pods',
    user: nonroot,
    // It keeps nothing of a review. In a small nursery the next one finds the memory of the last one still in the
    // processor's cache: against 16 MiB 4 % less processor time and 20 MiB less memory under full load; with 1 MiB V8
    // collects all the time.
    flags: ['--max-semi-space-size=4'],
  },
  {
    name: 'example',
    entry: 'scripts/src/example-app/main.ts',
    title: 'clb-direct example: an HTTP server that says which pod answered whom',
    // The documents' pod listens on port 80 and names no user. A user other than root may bind it only where the
    // runtime lowers net.ipv4.ip_unprivileged_port_start, which containerd does by default since 2.0 only.
    user: '0:0',
  },
];

/**
 * Flags of the Node binary in every image.
 * - max-old-space-size-percentage: without it V8 assumes 256 MiB of heap whatever the pod's memory limit is, and a pod
 *   with a smaller limit is killed before V8 collects. 60 % leaves room for code, buffers and TLS.
 * - disable-warning: the Tencent SDK uses deprecated parts of Node, and these warnings would be the only log lines that
 *   are not JSON. Developers still see them, because only images have this flag.
 * - disable-sigusr1: otherwise this signal opens an inspector, by which whoever gets into the pod can read its memory.
 * - Source maps stay off: with the map of the controller Node needs 100 MiB more from the start. The bundle keeps the
 *   names of the source. To debug, set NODE_OPTIONS=--enable-source-maps; the map is in the image.
 */
const nodeFlags: readonly string[] = [
  '--max-old-space-size-percentage=60',
  '--disable-warning=DeprecationWarning',
  '--disable-sigusr1',
];

/**
 * Variables of every image. Node reads the program, some MiB of text, several times while it starts and frees that at
 * once; glibc would keep it, per thread and in pieces that it never gives back: 20 MiB more of 130 in an idle webhook.
 * The threshold is glibc's own; written down, it no longer grows with what was freed.
 */
export const environment: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '131072',
};

/** How Node is started with this program. */
export function flagsOf({ flags = [] }: Pick<Program, 'flags'>): readonly string[] {
  return [...nodeFlags, ...flags];
}

/** The image's full name, as containerd and the kubelet spell `clb-direct/NAME:VERSION`. */
export function imageName(program: Program['name'], version: string): string {
  return `docker.io/clb-direct/${program}:${version}`;
}
