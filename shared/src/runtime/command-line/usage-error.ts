import { parseArgs, type ParseArgsConfig } from 'node:util';

/** What was asked for cannot be understood; the message says what to write instead. */
export class UsageError extends Error {}

/** parseArgs of node:util, whose complaints are UsageErrors. */
export function parseOptions<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw asUsageError(error);
  }
}

/** Makes a UsageError of what parseArgs of node:util throws, which names the option and what is wrong with it. */
export function asUsageError(error: unknown, prefix = ''): unknown {
  return isParseError(error) ? new UsageError(prefix + error.message) : error;
}

function isParseError(error: unknown): error is Error {
  return (
    typeof error === 'object' && error !== null && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
  );
}
