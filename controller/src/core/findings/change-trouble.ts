import { CloudError, type CloudErrorKind } from '../model/cloud-error.ts';
import { cloudTrouble, mostTelling, type Trouble } from '../model/cloud-trouble.ts';

/** A change that was not made, and the namespaces of the owners that it was for. */
export interface FailedChange {
  readonly error: unknown;
  readonly namespaces: ReadonlySet<string>;
}

/** The answers of these quote targets, listeners and rules. The others are about the API or the CLB. */
const quotesObjects: ReadonlySet<CloudErrorKind> = new Set(['refused', 'quota', 'gone']);

/**
 * What owners on a CLB should know about changes that failed. An answer that may name objects of one namespace is
 * shown in full only there; all others learn that something failed, because it may explain why they wait.
 */
export function changeTrouble(balancerId: string, failed: readonly FailedChange[]): Trouble | undefined {
  if (failed.length === 0) return undefined;
  const telling = mostTelling(errorOf(failed));
  if (!(telling instanceof CloudError) || !quotesObjects.has(telling.kind)) return cloudTrouble(telling);
  const namespaces = new Set(failed.flatMap((one) => [...one.namespaces]));
  return {
    ...cloudTrouble(telling),
    message: outlineOf(telling, balancerId),
    inNamespace: new Map([...namespaces].flatMap((namespace) => ownTrouble(namespace, failed))),
  };
}

function ownTrouble(namespace: string, failed: readonly FailedChange[]): readonly (readonly [string, Trouble])[] {
  const own = failed.filter(({ namespaces }) => namespaces.size === 1 && namespaces.has(namespace));
  return own.length === 0 ? [] : [[namespace, cloudTrouble(errorOf(own))]];
}

function errorOf(failed: readonly FailedChange[]): AggregateError {
  return new AggregateError(failed.map(({ error }) => error));
}

function outlineOf({ action, code }: CloudError, balancerId: string): string {
  return (
    `A change of CLB ${balancerId} that concerns another namespace failed (${action}: ${code}); ` +
    "it is tried again, and everything else goes on. The controller's log has the details."
  );
}
