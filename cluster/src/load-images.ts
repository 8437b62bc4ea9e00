import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { addresses } from './addresses.ts';
import type { Place } from './enter.ts';
import { importCommand } from './inside/components/import-image.ts';
import { CommandError, type Output, type RunOptions } from './machine/run.ts';
import type { ClusterRequest } from './spec.ts';

interface Load {
  request: ClusterRequest;
  runIn: (place: Place, command: readonly string[], options: RunOptions) => Promise<Output>;
  archive: string;
  signal: AbortSignal;
}

/** Imports an archive into every node; gives the names of the images in it. */
export async function load({ request, runIn, archive, signal }: Load): Promise<string[]> {
  if (request.controlPlaneOnly) throw new Error('a cluster with a control plane only has no node to load images into');
  const found = statSync(archive, { throwIfNoEntry: false });
  if (found === undefined) throw new Error(`${archive}: no such file`);
  if (found.isDirectory()) throw new Error(`${archive}: no image archive (it is a folder)`);
  const nodes = addresses.nodes.slice(0, request.nodes);
  const outputs = await Promise.all(
    nodes.map((node) => runIn('node', importCommand(node.name, resolve(archive)), { signal, timeoutMs: 300_000 })),
  ).catch((error: unknown) => {
    throw error instanceof CommandError ? new Error(`${archive}: ${describeFailure(error)}`) : error;
  });
  const names = outputs.flatMap(({ stdout }) =>
    [...stdout.matchAll(/^unpacking (\S+)/gm)].map(([, name = '']) => name),
  );
  return [...new Set(names)];
}

// ctr says the same of a broken archive and of a node that is in trouble; only its words tell them apart.
const troubles = /no space left|connection refused|cannot connect|failed to dial|deadline exceeded/;

function describeFailure({ output }: CommandError): string {
  const reason =
    output.stderr
      .trim()
      .split('\n')
      .at(-1)
      ?.replace(/^ctr: /, '') ?? '';
  return `${troubles.test(reason) ? 'cannot be loaded' : 'no image archive'} (${reason || 'no reason given'})`;
}
