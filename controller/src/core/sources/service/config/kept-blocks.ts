import type { Binding } from '../../../model/binding.ts';
import { isRule } from '../../../model/place.ts';
import type { BlockLists } from './auto-facts.ts';
import { namesOf } from './rule-names.ts';
import { configKeyOf, domainKeyOf, l4Protocols, l7Protocols } from './tke-service-config.ts';
import { fieldsOf, listenerKeyOf, listOf, type Fields } from './written-fields.ts';

/** Without the blocks of listeners, domains and rules that are no more. What cannot be understood stays. */
export function keptBlocks({ l4Listeners, l7Listeners }: BlockLists, bindings: readonly Binding[]): BlockLists {
  const keys = keysOf(bindings);
  return {
    l4Listeners: l4Listeners.filter((block) => isKept(listenerKeyOf(block, l4Protocols), keys)),
    l7Listeners: l7Listeners
      .filter((block) => isKept(listenerKeyOf(block, l7Protocols), keys))
      .map((block) => withList(block, 'domains', (domains) => keptDomains(domains, block, keys))),
  };
}

type Keys = ReadonlySet<string>;

/** Of listeners, domains and rules. */
function keysOf(bindings: readonly Binding[]): Keys {
  const keys = bindings.flatMap(({ place }) => {
    const rules = isRule(place) ? namesOf(place) : [];
    const { protocol, port } = place;
    return [configKeyOf({ protocol, port }), ...rules.flatMap((rule) => [domainKeyOf(rule), configKeyOf(rule)])];
  });
  return new Set(keys);
}

function isKept(key: string | undefined, keys: Keys): boolean {
  return key === undefined || keys.has(key);
}

function keptDomains(domains: readonly unknown[], listener: unknown, keys: Keys): readonly unknown[] {
  const key = listenerKeyOf(listener, l7Protocols);
  return domains
    .filter((block) => isKept(keyIn(key, block), keys))
    .map((block) => withList(block, 'rules', (rules) => rules.filter((rule) => isKept(keyIn(key, block, rule), keys))));
}

/** As domainKeyOf and configKeyOf have it. */
function keyIn(listenerKey: string | undefined, ...blocks: readonly unknown[]): string | undefined {
  const [{ domain = '' } = {}, rule] = blocks.map((block) => fieldsOf(block) ?? {});
  const texts = rule === undefined ? [domain] : [domain, rule['url']];
  const isKnown = listenerKey !== undefined && texts.every((text) => typeof text === 'string');
  return isKnown ? JSON.stringify([listenerKey, ...texts]) : undefined;
}

function withList(block: unknown, name: string, change: (list: readonly unknown[]) => readonly unknown[]): unknown {
  const fields: Fields | undefined = fieldsOf(block);
  const list = listOf(fields?.[name]);
  return list === undefined || list.length === 0 ? block : { ...fields, [name]: change(list) };
}
