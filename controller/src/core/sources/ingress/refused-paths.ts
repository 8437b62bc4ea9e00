import { hourly, type Finding, type FindingReason } from '@clb-direct/shared/domain/finding.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { listed } from '../../model/listed.ts';
import type { RefusedPath, WantedPath } from './paths.ts';

export interface RefusedHost {
  readonly host: string;
  /** What is wrong, and what to write instead. */
  readonly why: string;
}

export interface RefusedAt extends Omit<RefusedPath<WantedPath>, 'wanted'> {
  /** Empty for requests of every host. */
  readonly host: string;
  readonly path: string;
}

/** One finding for all of them: an Ingress may have thousands. */
export function refusedHosts(all: readonly RefusedHost[]): readonly Finding[] {
  const [first] = all;
  if (first === undefined) return [];
  const named = listed(all, ({ host, why }) => `"${safeText(host, 80)}" ${why}`);
  const message =
    all.length === 1
      ? `Host ${named}. Its paths are left out; the other hosts are served.`
      : `${all.length} hosts are left out with their paths: ${named}. The other hosts are served.`;
  return [warning('HostUnsupported', message)];
}

/** The same of paths; those of one host are named without it. All of them say the same as others, or none does. */
export function refusedPaths(all: readonly RefusedAt[]): readonly Finding[] {
  const [first] = all;
  if (first === undefined) return [];
  const isOneHost = all.every(({ host }) => host === first.host);
  const named = listed(all, ({ host, path, why }) => {
    return `"${safeText(path, 60)}" ${isOneHost ? '' : `${placeOf(host)} `}${why}`;
  });
  const where = isOneHost ? ` ${placeOf(first.host)}` : '';
  const message = `Paths${where} that are left out: ${named}. The other paths are served.`;
  return [warning(first.isTwice ? 'RuleConflict' : 'PathUnsupported', message)];
}

function placeOf(host: string): string {
  return host === '' ? 'without a host' : `of host ${safeText(host, 80)}`;
}

function warning(reason: FindingReason, message: string): Finding {
  return { severity: 'Warning', reason, message, repeat: { ...hourly, by: 'message' } };
}
