import { registrationName } from '@clb-direct/shared/domain/names.ts';
import { mutatingWebhookConfigurations, namespaces, secrets, services } from '@clb-direct/shared/kube/client/paths.ts';
import { watchByName, type WatchByNameOptions } from '@clb-direct/shared/kube/reflector/watch-by-name.ts';
import { asObject, own } from '@clb-direct/shared/domain/raw.ts';

interface WatchOptions extends Omit<WatchByNameOptions, 'objects'> {
  readonly namespace: string;
  readonly secretName: string;
  readonly serviceName: string;
  /** How long a check may wait while the watches show every change. */
  readonly restMs: number;
}

export interface OwnObjectWatches {
  /** How long a check may wait that runs every `pollMs` without watches. */
  pauseMs(pollMs: number): number;
  readonly stopped: Promise<void>;
}

/** A safety net, in case that a change is lost. */
export const longestRestMs = 120_000;

/** Watches the few objects that are ours. Ends with the signal. */
export function watchOwnObjects(o: WatchOptions): OwnObjectWatches {
  const { namespace, secretName, serviceName, restMs, ...options } = o;
  const { isLive, stopped } = watchByName({
    ...options,
    objects: [
      { label: 'secret', path: secrets(namespace), name: secretName, toView: versionOf },
      { label: 'registration', path: mutatingWebhookConfigurations(), name: registrationName, toView: versionOf },
      { label: 'service', path: services(namespace), name: serviceName, toView: versionOf },
      { label: 'namespace', path: namespaces(), name: namespace, toView: lifeOf },
    ],
  });
  return { pauseMs: (pollMs) => (isLive() ? Math.max(pollMs, restMs) : pollMs), stopped };
}

// No data is kept: one of them is a Secret.
function versionOf(raw: unknown): unknown {
  return own(asObject(own(asObject(raw), 'metadata')), 'resourceVersion');
}

// Whatever else is written to a Namespace is nothing to us.
function lifeOf(raw: unknown): unknown {
  const metadata = asObject(own(asObject(raw), 'metadata'));
  return [own(metadata, 'uid'), own(metadata, 'deletionTimestamp')];
}
