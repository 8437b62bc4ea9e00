import { searchPath } from './checks/packages.ts';
import type { BaseDirs } from './paths.ts';
import { baseDirsFrom } from './paths.ts';

/** What a program learns from its environment variables, once, at its start. */
export interface Surroundings {
  baseDirs: BaseDirs;
  /** The variables, with the system's folders in PATH. */
  env: NodeJS.ProcessEnv;
}

export function surroundingsFrom(env: NodeJS.ProcessEnv): Surroundings {
  return { baseDirs: baseDirsFrom(env), env: { ...env, PATH: searchPath(env['PATH']) } };
}
