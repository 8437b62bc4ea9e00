import type { Binding } from '../../../model/binding.ts';
import { isRule, type RulePlace } from '../../../model/place.ts';
import type { AutoFacts, BlockLists } from './auto-facts.ts';
import { newFields } from './new-fields.ts';
import { namesOf, plainName, prefixName } from './rule-names.ts';
import { configKeyOf, l7Protocols, readTkeServiceConfig, type TkeServiceConfig } from './tke-service-config.ts';
import { fieldsOf, listenerKeyOf, listOf, type Fields } from './written-fields.ts';

/** With a block for each listener and rule that stands, and that no block is about. */
export function withAddedBlocks(lists: BlockLists, facts: AutoFacts): BlockLists {
  const read = readTkeServiceConfig({ loadBalancer: lists });
  const missing = facts.bindings.filter((binding) => isSetByUs(binding) && !isCovered(binding, read));
  const listeners = missing.flatMap(({ place, ...binding }) => {
    const fields = isRule(place) ? undefined : newFields({ place, ...binding }, facts);
    return fields === undefined ? [] : [{ protocol: place.protocol, port: place.port, ...fields }];
  });
  return {
    l4Listeners: [...lists.l4Listeners, ...listeners],
    l7Listeners: newRules(missing, facts).reduce(withRule, lists.l7Listeners),
  };
}

/** Nothing of a listener that somebody else made is ours to set, and a rule that redirects has no targets. */
function isSetByUs({ existing, incomplete, redirect }: Binding): boolean {
  return existing === undefined && incomplete === undefined && redirect === undefined;
}

function isCovered({ place }: Binding, { listeners, rules }: TkeServiceConfig): boolean {
  return isRule(place)
    ? namesOf(place).some((name) => rules.has(configKeyOf(name)))
    : listeners.has(configKeyOf(place));
}

interface NewRule {
  readonly place: RulePlace;
  readonly fields: Fields;
}

function newRules(bindings: readonly Binding[], facts: AutoFacts): readonly NewRule[] {
  const rules = bindings.flatMap((binding) => {
    const fields = isRule(binding.place) ? newFields(binding, facts) : undefined;
    return isRule(binding.place) && fields !== undefined ? [{ place: binding.place, fields }] : [];
  });
  const byPath = Map.groupBy(rules, ({ place }) => configKeyOf(prefixName(place)));
  return [...byPath.values()].flatMap(named);
}

/** The rules of one path have one block, under the name that the Ingress has for it, unless they stand differently. */
function named(rules: readonly NewRule[]): readonly NewRule[] {
  const [first] = rules;
  if (first === undefined) return [];
  if (rules.length === 1) return [{ ...first, place: plainName(first.place) }];
  const isOne = new Set(rules.map(({ fields }) => JSON.stringify(fields))).size === 1;
  if (isOne) return [{ ...first, place: prefixName(first.place) }];
  return rules.map(({ place, fields }) => ({ place: { ...plainName(place), url: place.url }, fields }));
}

function withRule(listeners: readonly unknown[], { place, fields }: NewRule): readonly unknown[] {
  const { protocol, port, domain, url } = place;
  const isListener = (block: unknown) => listenerKeyOf(block, l7Protocols) === `${protocol}/${port}`;
  const isDomain = (block: unknown) => (fieldsOf(block)?.['domain'] ?? '') === domain;
  return into(listeners, { isMeant: isListener, name: 'domains', start: { protocol, port } }, (domains) =>
    into(domains, { isMeant: isDomain, name: 'rules', start: { domain } }, (rules) => [...rules, { url, ...fields }]),
  );
}

type Change = (list: readonly unknown[]) => readonly unknown[];

interface ListIn {
  readonly isMeant: (block: unknown) => boolean;
  readonly name: string;
  readonly start: Fields;
}

/** Changes the list `name` of the first block that is meant, or of a new one. */
function into(blocks: readonly unknown[], { isMeant, name, start }: ListIn, change: Change): readonly unknown[] {
  const at = blocks.findIndex((block) => isMeant(block) && listOf(fieldsOf(block)?.[name]) !== undefined);
  if (at < 0) return [...blocks, { ...start, [name]: change([]) }];
  const block = fieldsOf(blocks[at]);
  return blocks.with(at, { ...block, [name]: change(listOf(block?.[name]) ?? []) });
}
