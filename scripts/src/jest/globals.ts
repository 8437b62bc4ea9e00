import type * as jestGlobals from '@jest/globals';

export type Globals = Omit<typeof jestGlobals, 'default'>;

/** What `@jest/globals` exports. Each test file has its own, which modules that stay loaded see too. */
export let { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest, test } = {} as Globals;

export function useGlobals(globals: Globals): void {
  ({ afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest, test } = globals);
}
