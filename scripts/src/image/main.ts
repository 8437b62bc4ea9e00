import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildImage, type BuiltImage } from './build-image.ts';
import { programs, type Program } from './programs.ts';

const usage = `Usage: ./scripts/image [controller|webhook|example|all]... [--out DIR]

Bundles each program with Node into an image archive DIR/NAME.tar (default: all of them, into dist).
The same sources, Node version and C library give the same digest.`;

/** Hints are for a registry of the reader's choice; $REGISTRY stands for it. */
function pushHints({ name, file }: BuiltImage): string {
  const short = name.replace('docker.io/', '');
  return [
    `To push ${short} to $REGISTRY, one of these (crane and docker make a Docker manifest of it, with another digest):`,
    `  skopeo copy oci-archive:${file} docker://$REGISTRY/${short}`,
    `  crane push ${file} $REGISTRY/${short}`,
    `  docker load -i ${file} && docker tag ${short} $REGISTRY/${short} && docker push $REGISTRY/${short}`,
    `To put it on a node without a registry:`,
    `  ctr -n k8s.io images import ${file}`,
  ].join('\n');
}

function chosen(names: readonly string[]): readonly Program[] {
  if (names.length === 0 || names.includes('all')) return programs;
  return names.map((name) => {
    const program = programs.find((candidate) => candidate.name === name);
    if (program === undefined)
      throw new Error(`there is no program "${name}": write controller, webhook, example or all`);
    return program;
  });
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { out: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help === true) {
    console.log(usage);
    return;
  }
  const root = resolve(import.meta.dirname, '../../..');
  const outDir = values.out === undefined ? join(root, 'dist') : resolve(values.out);
  const built: BuiltImage[] = [];
  for (const program of chosen(positionals)) {
    const image = await buildImage(root, program, outDir);
    console.log(`${image.name}\n  ${image.digest}\n  ${(image.size / 2 ** 20).toFixed(1)} MiB  ${image.file}`);
    built.push(image);
  }
  if (built[0] !== undefined) console.log(`\n${pushHints(built[0])}`);
}

try {
  await main();
} catch (error) {
  console.error(`scripts/image: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
