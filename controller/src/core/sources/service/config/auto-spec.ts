import { withAddedBlocks } from './added-blocks.ts';
import type { AutoFacts, BlockLists } from './auto-facts.ts';
import { keptBlocks } from './kept-blocks.ts';
import { fieldsOf, listOf, type Fields } from './written-fields.ts';

/**
 * The spec that the TkeServiceConfig of an owner's own name should have: a block for each of its listeners and rules,
 * with what stands on the CLB where there was none, and none for those that it has no more. undefined: as it is, or not
 * to be understood. What people wrote in a block stays.
 */
export function autoSpec(spec: unknown, facts: AutoFacts): Fields | undefined {
  const root = fieldsOf(spec);
  const loadBalancer = root === undefined ? undefined : fieldsOf(root['loadBalancer']);
  const lists = loadBalancer === undefined ? undefined : listsOf(loadBalancer);
  if (lists === undefined) return undefined;
  const next = withAddedBlocks(isWhole(facts) ? keptBlocks(lists, facts.bindings) : lists, facts);
  const names = (['l4Listeners', 'l7Listeners'] as const).filter((name) => !isSame(lists[name], next[name]));
  if (names.length === 0) return undefined;
  const changed = Object.fromEntries(names.map((name) => [name, next[name]]));
  return { ...root, loadBalancer: { ...loadBalancer, ...changed } };
}

function listsOf(loadBalancer: Fields): BlockLists | undefined {
  const [l4Listeners, l7Listeners] = [listOf(loadBalancer['l4Listeners']), listOf(loadBalancer['l7Listeners'])];
  return l4Listeners === undefined || l7Listeners === undefined ? undefined : { l4Listeners, l7Listeners };
}

/** What cannot be read now, such as an annotation that is misspelt, may ask for anything: nothing is gone meanwhile. */
function isWhole({ bindings, findings }: AutoFacts): boolean {
  return findings.length === 0 && bindings.every(({ incomplete }) => incomplete === undefined);
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
