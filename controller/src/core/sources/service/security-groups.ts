import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { annotationWithoutEffect } from './annotation-without-effect.ts';
import { malformedAnnotation } from './malformed-annotation.ts';
import type { ServiceFacts } from './service-facts.ts';

type Asks = Pick<ServiceFacts, 'annotations' | 'existingLoadBalancer'>;

const form = /^sg-[a-z0-9]{1,32}$/;
/** Of TKE (doc 457/51258). */
const most = 5;

const ofServices: string = annotation.securityGroups;

/** Those of the CLB that is made for an owner; empty: none. undefined: not asked for, or not readable. */
export function securityGroupsOf(
  { annotations }: Pick<Asks, 'annotations'>,
  name = ofServices,
): readonly string[] | undefined {
  const text = annotations[name];
  if (text === undefined) return undefined;
  const ids = idsIn(text);
  return areReadable(ids) ? ids : undefined;
}

/** Why the value cannot be read, as a part of a sentence. */
export function securityGroupProblem(
  { annotations }: Pick<Asks, 'annotations'>,
  name = ofServices,
): string | undefined {
  const text = annotations[name];
  if (text === undefined || areReadable(idsIn(text))) return undefined;
  const value = `annotation ${name} is "${safeText(text)}"`;
  return `${value}; write the ids of 1 to ${most} security groups, as sg-a1b2c3d4,sg-e5f6g7h8, or "" for none`;
}

/** Whoever restricts clients must not believe that it works when it does not. */
export function securityGroupFindings(asks: Asks, name = ofServices): readonly Finding[] {
  const problem = securityGroupProblem(asks, name);
  if (problem !== undefined) return [malformedAnnotation(`Correct the value: ${problem}.`)];
  if ((asks.existingLoadBalancer ?? '') === '' || securityGroupsOf(asks, name) === undefined) return [];
  const message =
    `Annotation ${name} has no effect on a CLB that exists, because others may use it: ` +
    'bind the security groups to the CLB in its console.';
  return [annotationWithoutEffect(message)];
}

function idsIn(text: string): readonly string[] {
  return text.trim() === '' ? [] : [...new Set(text.split(',').map((id) => id.trim()))];
}

function areReadable(ids: readonly string[]): boolean {
  return ids.length <= most && ids.every((id) => form.test(id));
}
