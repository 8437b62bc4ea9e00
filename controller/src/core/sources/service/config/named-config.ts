import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation, autoConfigSuffix, reservedConfigSuffixes } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import type { ObjectReference } from '../../../model/related-objects.ts';
import { malformedAnnotation } from '../malformed-annotation.ts';
import type { ServiceFacts } from '../service-facts.ts';

type Asks = Pick<ServiceFacts, 'namespace' | 'name' | 'annotations'>;

/** Which TkeServiceConfig a Service names, and what is wrong with how it does. */
export interface NamedConfig {
  readonly reference?: ObjectReference<'TkeServiceConfig'>;
  readonly isAuto: boolean;
  /** One is named that nobody can look up now. */
  readonly isUnknown?: true;
  readonly findings: readonly Finding[];
}

/** The annotations of one kind of owner, and how the configs that are made for it are called. */
export interface ConfigNames {
  readonly config: string;
  readonly auto: string;
  readonly autoSuffix: string;
}

const configOfServices: ConfigNames = {
  config: annotation.serviceConfig,
  auto: annotation.serviceConfigAuto,
  autoSuffix: autoConfigSuffix,
};

/** A name that the API server takes for an object. */
const objectName = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** Of two annotations that exclude each other the one with a name counts: somebody wrote that config. */
export function namedConfig(service: Asks, names = configOfServices): NamedConfig {
  const { annotations } = service;
  const name = annotations[names.config]?.trim();
  const auto = annotations[names.auto]?.trim();
  if (name !== undefined) {
    const findings = auto === undefined ? [] : [malformed(bothGiven(names))];
    const wrong = nameFinding(name, names);
    if (wrong !== undefined) return { isAuto: false, isUnknown: true, findings: [...findings, wrong] };
    return { reference: referenceTo(service, name), isAuto: false, findings };
  }
  if (auto === 'true') {
    return { reference: referenceTo(service, service.name + names.autoSuffix), isAuto: true, findings: [] };
  }
  if (auto === undefined || auto === 'false') return { isAuto: false, findings: [] };
  const message = `Annotation ${names.auto} is "${safeText(auto)}"; write "true" or "false".`;
  return { isAuto: false, findings: [malformed(message)] };
}

function bothGiven({ config, auto }: ConfigNames): string {
  return `Annotations ${config} and ${auto} exclude each other; remove one. Until then the one with the name counts.`;
}

function nameFinding(name: string, names: ConfigNames): Finding | undefined {
  const start = `Annotation ${names.config} is "${safeText(name)}"; `;
  const end = ' Until then nothing is changed for it.';
  if (!objectName.test(name)) return malformed(`${start}write the name of a TkeServiceConfig.${end}`);
  if (!reservedConfigSuffixes.some((suffix) => name.endsWith(suffix))) return undefined;
  const message =
    `${start}names that end in ${reservedConfigSuffixes.join(' or ')} are kept for the configs that are made ` +
    `by ${names.auto}. Use another name.${end}`;
  return malformed(message);
}

function referenceTo({ namespace }: Asks, name: string): ObjectReference<'TkeServiceConfig'> {
  return { kind: 'TkeServiceConfig', namespace, name };
}

function malformed(message: string): Finding {
  return malformedAnnotation(message);
}
