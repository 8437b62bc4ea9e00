import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { Binding } from '../../../model/binding.ts';
import type { AutoConfig } from '../../../model/owner-view.ts';
import { isRule, type Place } from '../../../model/place.ts';
import type { ObjectReference, RelatedObjects, TkeServiceConfigFacts } from '../../../model/related-objects.ts';
import type { ListenerSettings, RuleSettings } from '../../../model/settings.ts';
import type { ServiceFacts } from '../service-facts.ts';
import { configFindings, missingConfig, tooLargeConfig, unreadableConfig } from './config-findings.ts';
import { namedConfig, type NamedConfig } from './named-config.ts';
import { namesOf } from './rule-names.ts';
import { configKeyOf, domainKeyOf, readTkeServiceConfig, type TkeServiceConfig } from './tke-service-config.ts';

/** What the TkeServiceConfig of a Service makes of its bindings. Whatever it does not say stays on the CLB as it is. */
export interface ServiceConfig {
  readonly references: readonly ObjectReference[];
  readonly findings: readonly Finding[];
  readonly autoConfig?: AutoConfig;
  readonly configured: (binding: Binding) => Binding;
}

export function serviceConfigOf(
  service: Pick<ServiceFacts, 'namespace' | 'name' | 'annotations'>,
  related: RelatedObjects,
): ServiceConfig {
  return configOf(namedConfig(service), related, { namedBy: `annotation ${annotation.serviceConfig}` });
}

interface Reading {
  /** What names the config, for people. */
  readonly namedBy: string;
}

export function configOf(named: NamedConfig, related: RelatedObjects, reading: Reading): ServiceConfig {
  const { reference, findings } = named;
  const untouched = { references: [], findings, configured: (binding: Binding) => binding };
  if (reference === undefined) return named.isUnknown === true ? { ...untouched, configured: withUnknown } : untouched;
  const referring = { ...untouched, references: [reference] };
  const unknown = { ...referring, configured: withUnknown };
  const object = related.related(reference);
  if (object.state === 'pending') return unknown;
  // One of its own name says nothing before it is made.
  if (object.state === 'missing')
    return { ...(named.isAuto ? referring : unknown), ...whileMissing(named, reference.name, reading) };
  if (object.state === 'unreadable') return { ...unknown, findings: [...findings, unreadableConfig(reference.name)] };
  // Nothing is added to what nobody can read.
  if (object.facts.isTooLarge === true) return { ...unknown, findings: [...findings, tooLargeConfig(reference.name)] };
  const config = readOnce(object.facts);
  return {
    ...referring,
    findings: [...findings, ...configFindings(reference.name, config)],
    ...(named.isAuto ? { autoConfig: { name: reference.name, found: object.facts } } : {}),
    configured: (binding) => withConfig(binding, config),
  };
}

function withUnknown(binding: Binding): Binding {
  return { ...binding, isConfigUnknown: true };
}

const readings = new WeakMap<TkeServiceConfigFacts, TkeServiceConfig>();

/** Any number of owners may name one config, and all of them are read when it changes. */
function readOnce(facts: TkeServiceConfigFacts): TkeServiceConfig {
  const known = readings.get(facts) ?? readTkeServiceConfig(facts.spec);
  readings.set(facts, known);
  return known;
}

/** The one of its own name is made as soon as something stands on the CLB. */
function whileMissing(
  named: NamedConfig,
  name: string,
  { namedBy }: Reading,
): Pick<ServiceConfig, 'findings' | 'autoConfig'> {
  if (!named.isAuto) return { findings: [...named.findings, missingConfig(name, namedBy)] };
  return { findings: named.findings, autoConfig: { name, found: undefined } };
}

function withConfig(binding: Binding, { listeners, rules, domains }: TkeServiceConfig): Binding {
  const { place, listenerSettings, ruleSettings } = binding;
  const names = isRule(place) ? namesOf(place) : [];
  const rule = names.flatMap((name) => rules.get(configKeyOf(name)) ?? [])[0];
  const domain = names.flatMap((name) => domains.get(domainKeyOf(name)) ?? [])[0];
  const listener = listeners.get(configKeyOf({ protocol: place.protocol, port: place.port }));
  return {
    ...binding,
    listenerSettings: under(listenerSettings, listener),
    ruleSettings: under(ruleSettings, withHttp2(place, { ...domain, ...rule })),
  };
}

/** A CLB forwards gRPC only for a domain with HTTP/2 (doc 214/52411). */
function withHttp2({ protocol }: Place, settings: RuleSettings): RuleSettings {
  return settings.forwardType === 'GRPC' && protocol === 'HTTPS' ? { http2: true, ...settings } : settings;
}

/** The Service's own annotations come first. Sessions are compared once the record is known: see plan/recorded.ts. */
function under<S extends ListenerSettings | RuleSettings>(own: S, config: S | undefined): S {
  if (config === undefined) return own;
  const healthCheck = { ...config.healthCheck, ...own.healthCheck };
  return { ...config, ...own, ...(Object.keys(healthCheck).length === 0 ? {} : { healthCheck }) };
}
