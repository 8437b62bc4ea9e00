import { isPodBinding, type Binding } from '../model/binding.ts';
import type { PodView } from '../model/pod-view.ts';
import type { PodsOf } from './no-pod-fits.ts';

/**
 * Of the ports that select the same pods the first, and the first of each port that is named: what is wrong with the
 * pods is the same for the others. `podsOf`: with one list for one selector.
 */
export function distinctSelections(bindings: readonly Binding[], podsOf: PodsOf): readonly Binding[] {
  const seen = new Map<readonly PodView[], Set<string>>();
  return bindings.filter(isPodBinding).filter((binding) => {
    const { protocol, targetPort } = binding.backends;
    const name = typeof targetPort === 'number' ? '' : `${protocol}/${targetPort}`;
    const pods = podsOf(binding);
    const names = seen.get(pods) ?? new Set<string>();
    if (names.has(name)) return false;
    seen.set(pods, names.add(name));
    return true;
  });
}
