import type { V1ObjectMeta, V1Pod, V1PodSpec } from '@kubernetes/client-node';
import type { EniDefault } from '@clb-direct/shared/domain/eni.ts';
import { decideGate, type GateRule, type PodFacts } from '@clb-direct/shared/domain/gate-rule.ts';

/** Says of a pod without the gate whether the webhook would have given it one. */
export type GateExpected = (raw: unknown) => boolean;

/** By the webhook's own rule. Of the namespace only its name is known here, not its opt-out label. */
export function gateExpectedBy(rule: GateRule, eniDefault: EniDefault): GateExpected {
  return (raw) => {
    const pod = raw as V1Pod;
    return decideGate(factsOf(pod), pod.metadata?.namespace ?? '', rule, eniDefault).addGate;
  };
}

function factsOf({ metadata, spec }: V1Pod): PodFacts {
  return {
    hostNetwork: spec?.hostNetwork === true,
    annotations: metadata?.annotations ?? {},
    resourceNames: spec === undefined ? [] : resourceNamesOf(spec),
    gateTypes: spec?.readinessGates?.map(({ conditionType }) => conditionType),
    controllerKind: controllerKindOf(metadata),
  };
}

function controllerKindOf(metadata: V1ObjectMeta | undefined): string | undefined {
  return metadata?.ownerReferences?.find(({ controller }) => controller === true)?.kind;
}

function resourceNamesOf({ containers, initContainers = [] }: V1PodSpec): string[] {
  const resources = [...containers, ...initContainers].map((container) => container.resources);
  return resources.flatMap((one) => [...Object.keys(one?.limits ?? {}), ...Object.keys(one?.requests ?? {})]);
}
