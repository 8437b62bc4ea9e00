import { asList, asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';

/** The pod's condition of this type, as somebody wrote it. */
export function conditionOf(pod: RawObject | undefined, type: string): RawObject | undefined {
  const conditions = asList(own(asObject(own(pod, 'status')), 'conditions')).map(asObject);
  return conditions.find((condition) => own(condition, 'type') === type);
}

export function isTrue(pod: RawObject | undefined, type: string): boolean {
  return own(conditionOf(pod, type), 'status') === 'True';
}
