import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { listed } from '../../model/listed.ts';
import { annotationWithoutEffect } from '../service/annotation-without-effect.ts';
import { malformedAnnotation } from '../service/malformed-annotation.ts';
import { isOn } from '../service/switches.ts';
import { listIn } from './annotation-list.ts';
import type { IngressFacts, IngressPath } from './ingress-facts.ts';
import type { WebProtocol } from './listen-ports.ts';
import { chosenBy, type MixedPath } from './mixed-rule.ts';
import { listName, writtenName, writtenTwice } from './rule-mix-names.ts';
import type { RewriteEntry } from './rewrite-entry.ts';

type Asking = Pick<IngressFacts, 'annotations' | 'paths'>;

/** The paths that may stand at listeners of each protocol. */
export interface RuleMix {
  readonly HTTP: readonly MixedPath[];
  readonly HTTPS: readonly MixedPath[];
  /** Entries that redirect, and choose nothing. */
  readonly rewrites: readonly RewriteEntry[];
  readonly findings: readonly Finding[];
  /** A list cannot be read: what stands stays as it is. */
  readonly problem?: Finding;
}

/**
 * TKE's annotations rule-mix, http-rules and https-rules (TKE docs 457/45693, 457/122962): each entry chooses a path of
 * the Ingress by its host, path and backend. What none chooses is served as without them.
 */
export function ruleMixOf(ingress: Asking): RuleMix {
  const { annotations, paths } = ingress;
  const name = writtenName(annotations, 'ruleMix');
  if (!isOn(annotations, name)) return { HTTP: paths, HTTPS: paths, rewrites: [], findings: [] };
  if (isRuleMixBoth(ingress)) {
    return { HTTP: paths, HTTPS: paths, rewrites: [], findings: [besideBoth(name)] };
  }
  const http = readRules(ingress, 'HTTP');
  const https = readRules(ingress, 'HTTPS');
  const chosen = new Set([...http.chosen.keys(), ...https.chosen.keys()]);
  const findings = [...http.findings, ...https.findings, ...writtenTwice(annotations).map(besideOther)];
  const rewrites = [...http.rewrites, ...https.rewrites];
  const problem = http.problem ?? https.problem;
  const notChosen = (path: IngressPath): readonly MixedPath[] => {
    // The list that cannot be read may choose it, and what it chose stands.
    if (problem !== undefined) return [{ ...path, isChosen: true }];
    return chosen.has(path) ? [] : [path];
  };
  return {
    HTTP: paths.flatMap((path) => http.chosen.get(path) ?? notChosen(path)),
    HTTPS: paths.flatMap((path) => https.chosen.get(path) ?? notChosen(path)),
    rewrites,
    findings,
    ...(problem === undefined ? {} : { problem }),
  };
}

/** Every rule is served over HTTP and HTTPS. */
export function isRuleMixBoth({ annotations }: Pick<IngressFacts, 'annotations'>): boolean {
  return isOn(annotations, ingressAnnotation.ruleMixBoth);
}

function besideBoth(name: string): Finding {
  return besideOther([ingressAnnotation.ruleMixBoth, name]);
}

function besideOther([counts, other]: readonly [string, string]): Finding {
  return annotationWithoutEffect(`Annotation ${other} has no effect beside ${counts}: take one of them away.`);
}

interface ReadRules {
  readonly chosen: ReadonlyMap<IngressPath, MixedPath>;
  readonly rewrites: readonly RewriteEntry[];
  readonly findings: readonly Finding[];
  readonly problem?: Finding;
}

const example = '[{"host":"www.example.com","path":"/","backend":{"serviceName":"web","servicePort":"80"}}]';

function readRules({ annotations, paths }: Asking, protocol: WebProtocol): ReadRules {
  const name = writtenName(annotations, listName[protocol]);
  const { items, problem } = listIn(annotations[name], example);
  const start = `Annotation ${name}: `;
  if (problem !== undefined) {
    const finding = malformedAnnotation(`${start}${problem}. Until then what stands stays as it is.`);
    return { chosen: new Map(), rewrites: [], findings: [finding], problem: finding };
  }
  const entries = items.map((item, at) => chosenBy(item, `[${at}]`, paths));
  const problems = entries.flatMap((entry) => entry.problem ?? []);
  return {
    chosen: new Map(entries.flatMap((entry) => entry.chosen ?? [])),
    rewrites: entries.flatMap(({ rewrite }, at) => {
      return rewrite === undefined ? [] : [{ protocol, at: `[${at}]`, entry: rewrite }];
    }),
    findings:
      problems.length === 0 ? [] : [malformedAnnotation(`${start}${listed(problems, String)}. The rest of it counts.`)],
  };
}
