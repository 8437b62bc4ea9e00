/** What was asked for cannot be understood; the message says what to write instead. */
export class UsageError extends Error {}
