import { noBackends, type Binding } from '../../model/binding.ts';
import { guardDomain, guardUrl } from '../../model/guard.ts';

/** The default domains that the listeners of an Ingress need while nothing without a host is there. */
export function guardsOf(bindings: readonly Binding[]): readonly Binding[] {
  const byListener = Map.groupBy(bindings, ({ place: { protocol, port } }) => `${protocol}/${port}`);
  return [...byListener.values()].flatMap((some) => {
    const [first] = some.filter(({ incomplete }) => incomplete === undefined);
    const isDefault = some.some(({ ruleSettings }) => ruleSettings.isDefault === true);
    return first === undefined || isDefault ? [] : [guardLike(first)];
  });
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
