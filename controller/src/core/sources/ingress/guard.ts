import { noBackends, type Binding } from '../../model/binding.ts';
import { guardDomain, guardUrl } from '../../model/guard.ts';

/** The default domains that the listeners of an Ingress need while nothing without a host is there. */
export function guardsOf(bindings: readonly Binding[]): readonly Binding[] {
  const byListener = Map.groupBy(bindings, ({ place: { protocol, port } }) => `${protocol}/${port}`);
  return [...byListener.values()].flatMap((some) => {
    // One whose rules all wait, as for a Secret that is renewed, keeps what stands.
    const [first] = some.toSorted((a, b) => Number(isIncomplete(a)) - Number(isIncomplete(b)));
    const isDefault = some.some(({ ruleSettings }) => ruleSettings.isDefault === true);
    return first === undefined || isDefault ? [] : [guardLike(first)];
  });
}

function isIncomplete({ incomplete }: Binding): boolean {
  return incomplete !== undefined;
}

/** Whoever knows no name of the listener is shown the certificate of the first host. */
function guardLike(binding: Binding): Binding {
  const { certificates } = binding.ruleSettings;
  return {
    ...binding,
    redirect: undefined,
    place: { ...binding.place, domain: guardDomain, url: guardUrl },
    ruleSettings: { isDefault: true, ...(certificates === undefined ? {} : { certificates }) },
    backends: noBackends,
  };
}
