import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { listed } from '../../model/listed.ts';
import { annotationWithoutEffect } from './annotation-without-effect.ts';
import { knownAnnotations, type KnownAnnotation } from './known-annotations.ts';
import { nearest } from './nearest.ts';

interface Annotated {
  readonly annotations: Readonly<Record<string, string>>;
}

/** The annotations of one kind of owner. */
export interface Vocabulary {
  readonly known: Readonly<Record<string, KnownAnnotation>>;
  /** Prefixes of TKE and of ours. What has another one is for other clouds and tools. */
  readonly prefixes: readonly string[];
}

const ofServices: Vocabulary = {
  known: knownAnnotations,
  prefixes: ['clb-direct.io/', 'service.cloud.tencent.com/', 'service.kubernetes.io/'],
};

/** Kubernetes' own, about other things than load balancers. */
const ofKubernetes = /^service\.kubernetes\.io\/(topology-|headless$|service-proxy-name$)/;

/** Annotations whose author expects an effect that there is not. */
export function annotationFindings({ annotations }: Annotated, vocabulary = ofServices): readonly Finding[] {
  const { known } = vocabulary;
  const names = Object.keys(annotations).toSorted();
  const unknown = names.filter((name) => isOurBusiness(name, vocabulary) && !Object.hasOwn(known, name));
  return [
    ...names.flatMap((name) => withoutEffect(name, annotations[name] ?? '', known)),
    ...(unknown.length === 0 ? [] : [unknownAnnotations(unknown, known)]),
  ];
}

type Known = Vocabulary['known'];

function isOurBusiness(name: string, { prefixes }: Vocabulary): boolean {
  return prefixes.some((prefix) => name.startsWith(prefix)) && !ofKubernetes.test(name);
}

function withoutEffect(name: string, value: string, known: Known): readonly Finding[] {
  const one = Object.hasOwn(known, name) ? known[name] : undefined;
  if (one?.support !== 'no effect' || ['', 'false'].includes(value.trim())) return [];
  return [annotationWithoutEffect(`Annotation ${name} (${safeText(value)}) has no effect: ${one.note}.`)];
}

function unknownAnnotations(names: readonly string[], known: Known): Finding {
  const shown = listed(names, (name) => {
    const meant = nearest(name, Object.keys(known));
    return safeText(name) + (meant === undefined ? '' : ` (did you mean ${meant}?)`);
  });
  const message = `Correct or remove annotations that mean nothing here: ${shown}.`;
  return { severity: 'Warning', reason: 'AnnotationUnknown', message, repeat: { ...hourly, by: 'message' } };
}
