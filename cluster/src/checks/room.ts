const GiB = 1024 ** 3;

/** What a cluster needs of the machine, in bytes. */
export interface Room {
  what: 'memory' | 'disk';
  where: string;
  free: number;
  needed: number;
}

/** Says which rooms are too small. */
export function roomProblems(rooms: readonly Room[]): string[] {
  return rooms
    .filter(({ free, needed }) => free < needed)
    .map(
      (room) =>
        `too little ${room.what} (${room.where}): ${inGiB(room.free)} GiB free, ${inGiB(room.needed)} GiB needed`,
    );
}

/**
 * Measured: Kubernetes at rest 0.7 GB; images and logs of a test run under 2 GB; all modules and compiled packages 3.5
 * GB.
 */
export const neededRoom = { runMemory: 1 * GiB, runDisk: 2 * GiB, buildMemory: 2 * GiB, buildDisk: 4 * GiB } as const;

/** Reads the memory that programs could still get from the text of /proc/meminfo. */
export function availableMemory(meminfo: string): number {
  const [, kilobytes = '0'] = /^MemAvailable:\s*(\d+) kB$/m.exec(meminfo) ?? [];
  return Number(kilobytes) * 1024;
}

function inGiB(bytes: number): string {
  return (bytes / GiB).toFixed(1);
}
