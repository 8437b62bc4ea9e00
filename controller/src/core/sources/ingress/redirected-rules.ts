import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { listed } from '../../model/listed.ts';
import type { RulePlace } from '../../model/place.ts';
import { annotationWithoutEffect } from '../service/annotation-without-effect.ts';
import { malformedAnnotation } from '../service/malformed-annotation.ts';
import { mapHostFor } from './adopt.ts';
import type { IngressFacts } from './ingress-facts.ts';
import type { ListenPorts } from './listen-ports.ts';
import { askedRedirects, type AskedRedirects } from './rewrite-annotations.ts';
import { rulesOfRewrite, type RewriteEntry } from './rewrite-entry.ts';
import type { RuleMix } from './rule-mix.ts';
import { listName, writtenName } from './rule-mix-names.ts';
import type { ServedRule } from './served-rule.ts';

interface Asking {
  readonly ports: ListenPorts;
  readonly mix: Pick<RuleMix, 'rewrites' | 'problem'>;
}

interface Redirected {
  readonly served: readonly ServedRule[];
  readonly findings: readonly Finding[];
}

/** The same rules, of which some redirect, and those that do nothing else. */
export function redirectedRules(
  served: readonly ServedRule[],
  ingress: Pick<IngressFacts, 'annotations'>,
  { ports, mix }: Asking,
): Redirected {
  const { rewrites } = mix;
  const asked = askedRedirects(ingress);
  const auto = asked.isAuto ? toHttps(served, ports, asked) : [];
  const all = over(served, auto);
  const isIdle = asked.isAuto && auto.length === 0;
  const findings = [...asked.findings, ...(isIdle ? [nothingToRedirect] : [])];
  if (rewrites.length === 0) return { served: all, findings };
  if (!asked.isAllowed) return { served: all, findings: [...findings, notAllowed(listsOf(rewrites, ingress))] };
  const rules = { served: all, mapHost: mapHostFor(ingress) };
  const read = rewrites.map((one) => rulesOfRewrite(one, ports[one.protocol], rules));
  const problems = read.flatMap(({ problem }) => problem ?? []);
  const more = read.flatMap((one) => (one.problem === undefined ? one.rules : []));
  const { kept, chained } = withoutChains(more);
  const unread = mix.problem ?? (ports.unread.size > 0 ? ports.finding : undefined);
  // What the entries lead to may be where nobody can read now.
  if (unread !== undefined)
    return {
      served: over(
        all,
        kept.map((one) => ({ ...one, problem: unread })),
      ),
      findings,
    };
  return {
    served: over(all, kept),
    findings: [...findings, ...wrong([...problems, ...chained], listsOf(rewrites, ingress))],
  };
}

/** Every rule over HTTPS has one over HTTP at each port, as TKE's automatic redirects have it. */
function toHttps(served: readonly ServedRule[], ports: ListenPorts, { codeOf }: AskedRedirects): readonly ServedRule[] {
  const [port = 443] = ports.HTTPS;
  const problem = ports.unread.has('HTTP') ? ports.finding : undefined;
  return served
    .filter((one) => one.protocol === 'HTTPS' && one.port === port)
    .flatMap((one) => {
      const { rule } = one;
      const redirect = { to: placeOf(one), code: codeOf(rule.host), takesUrl: true };
      const held = problem ?? one.problem;
      return ports.HTTP.map((at): ServedRule => ({ protocol: 'HTTP', port: at, rule, redirect, problem: held }));
    });
}

/** What redirects comes in the place of what serves, which goes on until the redirect stands. */
function over(served: readonly ServedRule[], redirecting: readonly ServedRule[]): readonly ServedRule[] {
  const at = new Map(redirecting.map((one) => [keyOf(one), one]));
  const known = new Set(served.map(keyOf));
  return [
    ...served.map((one) => {
      const redirect = at.get(keyOf(one));
      return redirect === undefined ? one : { ...redirect, rule: { ...one.rule, ...redirect.rule } };
    }),
    ...[...at.values()].filter((one) => !known.has(keyOf(one))),
  ];
}

/** A CLB redirects no request twice. */
function withoutChains(rules: readonly ServedRule[]) {
  const targets = new Set(
    rules.flatMap(({ redirect }) => (redirect === undefined ? [] : [JSON.stringify(redirect.to)])),
  );
  const isTarget = (one: ServedRule) => targets.has(JSON.stringify(placeOf(one)));
  const chained = rules.filter(isTarget).map(({ rule: { url } }) => {
    return `an entry leads to "${url}", which redirects itself; write where that leads to`;
  });
  return { kept: rules.filter((one) => !isTarget(one)), chained };
}

function placeOf({ protocol, port, rule: { domain, url } }: ServedRule): RulePlace {
  return { protocol, port, domain, url };
}

function keyOf(served: ServedRule): string {
  return JSON.stringify(placeOf(served));
}

/** The annotations that ask for redirects, as their author wrote them. */
function listsOf(rewrites: readonly RewriteEntry[], { annotations }: Pick<IngressFacts, 'annotations'>): string {
  const names = rewrites.map(({ protocol }) => writtenName(annotations, listName[protocol]));
  return [...new Set(names)].join(' or ');
}

function wrong(problems: readonly string[], lists: string): readonly Finding[] {
  if (problems.length === 0) return [];
  const message = `Redirects of ${lists}: ${listed(problems, String)}.`;
  return [malformedAnnotation(`${message} The rest counts.`)];
}

const nothingToRedirect = annotationWithoutEffect(
  `Annotation ${ingressAnnotation.autoRewrite} has no effect: nothing is served over HTTPS; name a certificate in ` +
    `spec.tls, or in annotation ${ingressAnnotation.certificate}.`,
);

function notAllowed(lists: string): Finding {
  return annotationWithoutEffect(
    `Entries with "rewrite" in ${lists} have no effect beside ${ingressAnnotation.rewriteSupport} "false"; ` +
      'write "true" there.',
  );
}
