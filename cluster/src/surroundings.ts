import { searchPath } from './checks/packages.ts';
import type { Homes } from './paths.ts';
import { homesFrom } from './paths.ts';

/** What a program learns from its environment variables, once, at its start. */
export interface Surroundings {
  homes: Homes;
  /** The variables, with the system's folders in PATH. */
  env: NodeJS.ProcessEnv;
}

export function surroundingsFrom(env: NodeJS.ProcessEnv): Surroundings {
  return { homes: homesFrom(env), env: { ...env, PATH: searchPath(env['PATH']) } };
}
