import { resolve } from 'node:path';
import type { Cluster } from '@clb-direct/cluster/cluster.ts';
import { install } from './install.ts';
import { loadImages } from './load-images.ts';
import { startEmulator } from './start-emulator.ts';

export const root = resolve(import.meta.dirname, '../../..');

export interface StackOptions {
  readonly cluster: Cluster;
  readonly say: (line: string) => void;
  /** More flags for the emulator. */
  readonly emulatorFlags?: readonly string[];
}

/** Puts everything onto a running cluster: the CLB, the images and both programs. Doing it again changes nothing. */
export async function bringUpStack({ cluster, say, emulatorFlags = [] }: StackOptions): Promise<void> {
  say('starting the CLB');
  await startEmulator(cluster, root, emulatorFlags);
  await loadImages(cluster, root, say);
  await install(cluster, root, say);
}
