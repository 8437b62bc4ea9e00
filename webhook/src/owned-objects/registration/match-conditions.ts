import type { EniDefault } from '@clb-direct/shared/domain/eni.ts';
import { annotation, eniNetworks, eniResources } from '@clb-direct/shared/domain/names.ts';
import { batchJob, optOutValue, type GateRule } from '@clb-direct/shared/domain/gate-rule.ts';

/** One CEL condition; the API server asks the webhook only when all hold (since Kubernetes 1.28). */
export interface MatchCondition {
  readonly name: string;
  readonly expression: string;
}

/** Which pods the API server asks about. */
export interface AskedPods {
  readonly rule: GateRule;
  /** Pods that have the gate may still get a preStop sleep, also for containers that other webhooks add after us. */
  readonly asksAboutGated: boolean;
}

/**
 * The rule of gate-rule.ts in CEL, so that other pods never cost a call. The rule in code is the one that counts:
 * these may let too much through, never too little. Optional fields (`?.`) would need Kubernetes 1.29.
 */
export function matchConditions(
  { rule, asksAboutGated }: AskedPods,
  eniDefault: EniDefault,
): readonly MatchCondition[] {
  const notGated: MatchCondition = {
    name: 'not-gated-yet',
    expression: `!${someItem('object.spec.readinessGates', 'g', `g.conditionType == ${quote(rule.gateType)}`)}`,
  };
  const notJob: MatchCondition = {
    name: 'not-of-a-job',
    expression: `!${someItem('object.metadata.ownerReferences', 'o', isJobOwner)}`,
  };
  return [
    { name: 'not-on-the-host-network', expression: '!has(object.spec.hostNetwork) || !object.spec.hostNetwork' },
    { name: 'not-a-mirror-pod', expression: `!(${hasAnnotation(annotation.mirrorPod)})` },
    {
      name: 'not-opted-out',
      expression:
        `!(${hasAnnotation(rule.optOutAnnotation)}) || ` +
        `${annotationOf(rule.optOutAnnotation)} != ${quote(optOutValue)}`,
    },
    ...(rule.gateJobPods ? [] : [notJob]),
    ...(asksAboutGated ? [] : [notGated]),
    { name: 'eni-pod', expression: isEniPod(eniDefault) },
  ];
}

const isJobOwner =
  `o.kind == ${quote(batchJob.kind)} && o.apiVersion.startsWith(${quote(batchJob.groupPrefix)}) && ` +
  'has(o.controller) && o.controller';

function isEniPod(eniDefault: EniDefault): string {
  const named = `[${eniNetworks.map(quote).join(', ')}].exists(n, ${annotationOf(annotation.networks)}.contains(n))`;
  const otherwise = eniDefault === 'eni' ? 'true' : `(${asksForEni('containers')} || ${asksForEni('initContainers')})`;
  return `${hasAnnotation(annotation.networks)} ? ${named} : ${otherwise}`;
}

function asksForEni(list: string): string {
  const names = `[${eniResources.map(quote).join(', ')}]`;
  const side = (field: string) => `(has(c.resources.${field}) && ${names}.exists(r, r in c.resources.${field}))`;
  return someItem(`object.spec.${list}`, 'c', `has(c.resources) && (${side('limits')} || ${side('requests')})`);
}

// A list that is absent in JSON is unset in CEL, but one that Go holds as nil may come as null.
function someItem(list: string, variable: string, condition: string): string {
  return `(has(${list}) && ${list} != null && ${list}.exists(${variable}, ${condition}))`;
}

function hasAnnotation(key: string): string {
  return `has(object.metadata.annotations) && ${quote(key)} in object.metadata.annotations`;
}

function annotationOf(key: string): string {
  return `object.metadata.annotations[${quote(key)}]`;
}

// CEL knows JSON's escapes.
function quote(text: string): string {
  return JSON.stringify(text);
}
