import { resolve } from 'node:path';
import type { Cluster } from '@clb-direct/cluster/cluster.ts';
import { install } from './install.ts';
import { loadImages } from './load-images.ts';
import { startEmulator } from './start-emulator.ts';
import type { Step } from './step.ts';

export const root = resolve(import.meta.dirname, '../../..');

export interface StackOptions {
  readonly cluster: Cluster;
  readonly say: Step['say'];
  readonly signal: AbortSignal;
  /** More flags for the emulator. */
  readonly emulatorFlags?: readonly string[];
}

/**
 * Puts everything onto a running cluster: the CLB, the images and both programs. Doing it again brings new sources into
 * use.
 */
export async function bringUpStack({ cluster, say, signal, emulatorFlags = [] }: StackOptions): Promise<void> {
  const step = { root, say, signal };
  await startEmulator(cluster, emulatorFlags, step);
  await install(cluster, await loadImages(cluster, step), step);
}
