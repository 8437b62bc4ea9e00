import type { RulePlace } from '../../../model/place.ts';

/** The places that a block may name for a rule, the most fitting first: as the CLB has it, or as an Ingress has it. */
export function namesOf(place: RulePlace): readonly RulePlace[] {
  const plain = place.url.replace(/^(=|~\*|~)/, '');
  const stem = stemOf(plain);
  const urls = [...new Set([place.url, plain, stem, `${stem}/`])];
  const domains = [...new Set([place.domain, wildcardOf(place.domain)])];
  return domains.flatMap((domain) => urls.map((url) => ({ ...place, domain, url })));
}

/** As an Ingress has an Exact path, or one of the CLB's own form. */
export function plainName(place: RulePlace): RulePlace {
  return { ...place, domain: wildcardOf(place.domain), url: place.url.replace(/^=/, '') };
}

/** As an Ingress has a Prefix, of which a CLB makes "=/p" and "/p/": see mapPaths. */
export function prefixName(place: RulePlace): RulePlace {
  const plain = plainName(place);
  return { ...plain, url: stemOf(plain.url) };
}

function stemOf(url: string): string {
  return url.replace(/(?<=.)\/$/, '');
}

/** See mapHost. */
function wildcardOf(domain: string): string {
  const [, name] = /^~\^\[\^\.\]\+\\\.(.+)\$$/.exec(domain) ?? [];
  return name === undefined ? domain : `*.${name.replaceAll('\\.', '.')}`;
}
