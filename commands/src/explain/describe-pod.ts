import type { V1Pod, V1PodCondition } from '@kubernetes/client-node';
import { longestMessage, safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { describeEvents } from './describe-events.ts';
import { describeOwner, describeUnread, isOurs } from './describe-owner.ts';
import type { PodFacts } from './facts.ts';
import { named } from './named.ts';

/** Whether the pod is Ready, what keeps it from being, and what leads to it. */
export function describePod({ object: pod, events, owners, unread }: PodFacts): readonly string[] {
  const own = owners.filter(isOurs);
  return [
    titleOf(pod),
    ...[...containersOf(pod), ...gatesOf(pod), ...lacksGate(pod, own.length > 0)].map((line) => `  ${line}`),
    ...describeEvents(events.filter(({ type }) => type === 'Warning')).map((line) => `  ${line}`),
    ...(own.length === 0 ? [nobodyLeads(unread.length > 0)] : own.flatMap(describeOwner)),
    ...unread.map(describeUnread),
  ];
}

function nobodyLeads(isUnsure: boolean): string {
  if (!isUnsure) return 'No Service or Ingress of clb-direct leads to it.';
  return 'No Service or Ingress of clb-direct is known to lead to it, but not everything could be read:';
}

function titleOf(pod: V1Pod): string {
  const { namespace, name } = named(pod);
  const isReady = conditionOf(pod, 'Ready')?.status === 'True';
  const ending = pod.metadata?.deletionTimestamp === undefined ? '' : ', and it is ending';
  const address = safeText(pod.status?.podIP ?? 'no address yet');
  return `Pod ${namespace}/${name} (${address}) is ${isReady ? '' : 'not '}Ready${ending}.`;
}

function conditionOf({ status }: V1Pod, wanted: string): V1PodCondition | undefined {
  return status?.conditions?.find(({ type }) => type === wanted);
}

/** No gate opens before its containers are ready. */
function containersOf(pod: V1Pod): readonly string[] {
  const condition = conditionOf(pod, 'ContainersReady');
  if (condition?.status === 'True') return [];
  const why = condition?.message === undefined ? '' : ` (${safeText(condition.message, longestMessage)})`;
  const { namespace, name } = named(pod);
  return [`its containers are not ready${why}: look at them first, kubectl -n ${namespace} describe pod ${name}`];
}

function gatesOf(pod: V1Pod): readonly string[] {
  const gates = pod.spec?.readinessGates ?? [];
  return gates.map(({ conditionType }) => {
    const condition = conditionOf(pod, conditionType);
    const gate = `gate ${safeText(conditionType)}`;
    if (condition === undefined) return `${gate}: nobody has answered. ${whoAnswers}`;
    const { status, reason = '', message = '' } = condition;
    return `${gate}: ${status} ${safeText(reason)}: ${safeText(message, longestMessage)}`;
  });
}

const whoAnswers = 'If it is the gate of clb-direct, look whether the controller runs: kubectl -n clb-direct get pods';

function lacksGate({ spec }: V1Pod, isServed: boolean): readonly string[] {
  if (!isServed || (spec?.readinessGates ?? []).length > 0) return [];
  return [
    'it has no readiness gate, so a rollout does not wait for the CLB: it is excluded, it is no ENI pod, or it was',
    'made while the webhook did not answer. In the last case delete it, and the next one has a gate.',
  ];
}
