import type { CoreV1Event } from '@kubernetes/client-node';
import { programName } from '@clb-direct/shared/domain/names.ts';
import { longestMessage, safeText } from '@clb-direct/shared/domain/safe-text.ts';

const mostEvents = 5;
const ours: ReadonlySet<string> = new Set(Object.values(programName));

/** Events of clb-direct. */
export function ownEvents(events: readonly CoreV1Event[]): readonly CoreV1Event[] {
  return events.filter(({ reportingComponent = '', source }) => ours.has(source?.component ?? reportingComponent));
}

/** The newest of them, warnings first, one line each. */
export function describeEvents(events: readonly CoreV1Event[]): readonly string[] {
  const isWarning = ({ type }: CoreV1Event) => type === 'Warning';
  const sorted = [...events.filter(isWarning), ...events.filter((event) => !isWarning(event))];
  return sorted
    .slice(0, mostEvents)
    .map(
      ({ type = 'Normal', reason = '', message = '' }) =>
        `event ${type} ${safeText(reason)}: ${safeText(message, longestMessage)}`,
    );
}
