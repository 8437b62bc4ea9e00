import { sleep } from '../../runtime/sleep.ts';
import { asObject, own } from '../../domain/raw.ts';
import { clusterRoleBindings, clusterRoles, serviceAccounts } from '../client/paths.ts';
import { watchByName, type WatchByNameOptions } from '../reflector/watch-by-name.ts';
import { uninstallRoleName } from './uninstall-role.ts';

/** Tells when the ServiceAccount of a program, or the role and the binding for its uninstall, may have changed. */
export interface RightsWatch {
  /** Waits for a change, or else this long; `restMs` while all watches work. Returns without a word on abort. */
  next(pauseMs: number, restMs: number): Promise<void>;
  readonly stopped: Promise<void>;
}

interface RightsWatchOptions extends Pick<WatchByNameOptions, 'api' | 'log' | 'signal'> {
  readonly program: string;
  readonly namespace: string;
}

/** Changes that follow one another are one, and another writer that undoes ours causes no storm. */
const settleMs = 1_000;

export function watchRights({ program, namespace, ...options }: RightsWatchOptions): RightsWatch {
  const role = uninstallRoleName(program);
  let wake = new AbortController();
  options.signal.addEventListener('abort', () => wake.abort(), { once: true });
  const watches = watchByName({
    ...options,
    objects: [
      { label: 'service-account', path: serviceAccounts(namespace), name: program, toView: standingOf },
      { label: 'uninstall-role', path: clusterRoles(), name: role, toView: standingOf },
      { label: 'uninstall-binding', path: clusterRoleBindings(), name: role, toView: standingOf },
    ],
    onChange: () => wake.abort(),
  });
  return {
    next: async (pauseMs, restMs) => {
      const { signal } = options;
      const waitMs = watches.isLive() ? restMs : pauseMs;
      await sleep(waitMs, wake.signal).catch(() => undefined);
      if (!wake.signal.aborted) return;
      await sleep(Math.min(settleMs, pauseMs), signal).catch(() => undefined);
      wake = new AbortController();
    },
    stopped: watches.stopped,
  };
}

function standingOf(raw: unknown): unknown {
  const metadata = asObject(own(asObject(raw), 'metadata'));
  return [own(metadata, 'uid'), own(metadata, 'deletionTimestamp'), own(metadata, 'finalizers')];
}
