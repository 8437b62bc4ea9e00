import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { asObject, own } from '@clb-direct/shared/domain/raw.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { shownValue } from '@clb-direct/shared/domain/shown-value.ts';
import { listed } from '../../model/listed.ts';
import { redirectCodes, type Redirect } from '../../model/redirect.ts';
import { annotationWithoutEffect } from '../service/annotation-without-effect.ts';
import { malformedAnnotation } from '../service/malformed-annotation.ts';
import type { IngressFacts } from './ingress-facts.ts';
import { isRuleMixBoth } from './rule-mix.ts';

type Code = Redirect['code'];

/** Which redirects an Ingress asks for (TKE doc 457/59096). */
export interface AskedRedirects {
  /** Every rule over HTTPS gets one over HTTP that redirects to it. */
  readonly isAuto: boolean;
  readonly codeOf: (host: string) => Code;
  /** Entries of the lists of rule-mix may ask for more. */
  readonly isAllowed: boolean;
  readonly findings: readonly Finding[];
}

const usualCode: Code = 301;

export function askedRedirects(ingress: Pick<IngressFacts, 'annotations'>): AskedRedirects {
  const { annotations } = ingress;
  const support = booleanIn(annotations, 'rewriteSupport');
  const auto = booleanIn(annotations, 'autoRewrite');
  const codes = codesIn(annotations[ingressAnnotation.autoRewriteCode]);
  const isBoth = isRuleMixBoth(ingress);
  const isAllowed = support.value !== false && !isBoth;
  const isAsked = auto.value === true;
  return {
    isAuto: isAsked && isAllowed,
    codeOf: codes.codeOf,
    isAllowed,
    findings: [
      ...support.findings,
      ...auto.findings,
      ...(isAsked && !isAllowed ? [withoutEffect(isBoth)] : []),
      ...codes.findings,
    ],
  };
}

function booleanIn(annotations: IngressFacts['annotations'], name: 'rewriteSupport' | 'autoRewrite') {
  const text = annotations[ingressAnnotation[name]]?.trim() ?? '';
  if (text === '') return { value: undefined, findings: [] };
  if (text === 'true' || text === 'false') return { value: text === 'true', findings: [] };
  const message = `Annotation ${ingressAnnotation[name]} is "${safeText(text)}"; write "true" or "false".`;
  return { value: undefined, findings: [malformedAnnotation(message)] };
}

function withoutEffect(isBoth: boolean): Finding {
  const other = isBoth ? `${ingressAnnotation.ruleMixBoth} "true"` : `${ingressAnnotation.rewriteSupport} "false"`;
  return annotationWithoutEffect(
    `Annotation ${ingressAnnotation.autoRewrite} has no effect beside ${other}: take one of them away.`,
  );
}

/** One code for all hosts, or an object with one for some: 302, [302], {"www.example.com":302}. */
function codesIn(text: string | undefined): Pick<AskedRedirects, 'codeOf' | 'findings'> {
  const value = parsed(text?.trim() ?? '');
  if (value === undefined) return { codeOf: () => usualCode, findings: [] };
  const one: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (isCode(one)) return { codeOf: () => one, findings: [] };
  const byHost = asObject(one);
  const wrong =
    byHost === undefined
      ? [shownValue(one)]
      : Object.values(byHost)
          .filter((code) => !isCode(code))
          .map((one) => shownValue(one));
  const codeOf = (host: string) => {
    const code = own(byHost, host);
    return isCode(code) ? code : usualCode;
  };
  return { codeOf, findings: wrong.length === 0 ? [] : [wrongCodes(wrong)] };
}

function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return text.length > 10_000 ? 'too long' : JSON.parse(text);
  } catch {
    return text;
  }
}

function isCode(value: unknown): value is Code {
  return redirectCodes.some((code) => code === value);
}

function wrongCodes(wrong: readonly string[]): Finding {
  return malformedAnnotation(
    `Annotation ${ingressAnnotation.autoRewriteCode} has ${listed(wrong, String)}; write one of ` +
      `${redirectCodes.join(', ')}, or an object of hosts with one of them. Until then the code is ${usualCode}.`,
  );
}
