import { CloudError } from '../core/model/cloud-error.ts';
import type { ActionName } from './actions.ts';
import { ownCode } from './error-kinds.ts';

/** To the API an id that is missing means all of them, so one that is empty must never reach it. */
export function requireIds(action: ActionName, ids: readonly string[]): void {
  if (ids.every((id) => id !== '')) return;
  const message =
    `${action} was not sent, because an id in it is empty. ` + 'This is a mistake in clb-direct; please report it.';
  throw new CloudError(message, { kind: 'refused', code: ownCode.emptyId, action });
}
