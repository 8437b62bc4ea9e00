import type { PodSelector } from '../core/model/binding.ts';

/**
 * One key for each label of a pod or a selector, in its namespace. Opaque: for indexes only. Neither a namespace nor
 * the name of a label can contain a space or "=", so different labels never share a key.
 */
export function labelKeys({ namespace, labels }: PodSelector): readonly string[] {
  return Object.entries(labels).map(([name, value]) => `${namespace} ${name}=${value}`);
}
