import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import type { Binding } from '../../../model/binding.ts';
import type { ListenerSettings, RuleSettings } from '../../../model/settings.ts';

/** What an owner asks for, and what stands of it on the CLB. */
export interface AutoFacts {
  readonly bindings: readonly Binding[];
  /** What its author must change. */
  readonly findings: readonly Finding[];
  /** undefined: its place does not stand. */
  readonly standingOf: (binding: Binding) => ListenerSettings | RuleSettings | undefined;
  /** Session persistence at this place goes by what the Service says, since it once said ClientIP. */
  readonly hasSessions: (binding: Binding) => boolean;
  /** The check of a rule is that of its pods, unless somebody chose one. */
  readonly checksFromProbes: boolean;
}

/** The two lists of a spec. */
export interface BlockLists {
  readonly l4Listeners: readonly unknown[];
  readonly l7Listeners: readonly unknown[];
}
