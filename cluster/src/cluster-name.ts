import { UsageError } from '@clb-direct/shared/runtime/command-line/usage-error.ts';

/** Refuses a name that cannot be a cluster's. Names become folders that are removed, so every name is checked here. */
export function checkClusterName(value: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,29}$/.test(value)) return value;
  throw new UsageError(`the cluster's name is "${value}", expected 1 to 30 of a-z, 0-9 and -, such as "local"`);
}
