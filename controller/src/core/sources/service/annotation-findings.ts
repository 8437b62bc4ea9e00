import { hourly, type Finding, type FindingReason } from '@clb-direct/shared/domain/finding.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { listed } from '../../model/listed.ts';
import { knownAnnotations } from './known-annotations.ts';
import { nearest } from './nearest.ts';
import type { ServiceFacts } from './service-facts.ts';

type Annotated = Pick<ServiceFacts, 'annotations'>;

/** Prefixes of TKE and of ours. What has another one is for other clouds and tools. */
const prefixes = ['clb-direct.io/', 'service.cloud.tencent.com/', 'service.kubernetes.io/'] as const;

/** Kubernetes' own, about other things than load balancers. */
const ofKubernetes = /^service\.kubernetes\.io\/(topology-|headless$|service-proxy-name$)/;

/** Annotations whose author expects an effect that there is not. */
export function annotationFindings({ annotations }: Annotated): readonly Finding[] {
  const names = Object.keys(annotations).toSorted();
  const unknown = names.filter((name) => isOurBusiness(name) && !Object.hasOwn(knownAnnotations, name));
  return [
    ...names.flatMap((name) => withoutEffect(name, annotations[name] ?? '')),
    ...(unknown.length === 0 ? [] : [unknownAnnotations(unknown)]),
  ];
}

function isOurBusiness(name: string): boolean {
  return prefixes.some((prefix) => name.startsWith(prefix)) && !ofKubernetes.test(name);
}

/** Source ranges have their finding among the fields. */
function withoutEffect(name: string, value: string): readonly Finding[] {
  const known = Object.hasOwn(knownAnnotations, name) ? knownAnnotations[name] : undefined;
  const asksNothing = ['', 'false'].includes(value.trim()) || name === annotation.sourceRanges;
  if (known?.support !== 'no effect' || asksNothing) return [];
  return [warning('AnnotationWithoutEffect', `Annotation ${name} (${safeText(value)}) has no effect: ${known.note}.`)];
}

function unknownAnnotations(names: readonly string[]): Finding {
  const shown = listed(names, (name) => {
    const meant = nearest(name, Object.keys(knownAnnotations));
    return safeText(name) + (meant === undefined ? '' : ` (did you mean ${meant}?)`);
  });
  return warning('AnnotationUnknown', `Correct or remove annotations that mean nothing here: ${shown}.`);
}

function warning(reason: FindingReason, message: string): Finding {
  return { severity: 'Warning', reason, message, repeat: { ...hourly, by: 'message' } };
}
