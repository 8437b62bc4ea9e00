import { createRequire, enableCompileCache, flushCompileCache, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { useGlobals, type Globals } from './globals.ts';

/** What jest-circus calls to load files. */
interface Runtime {
  requireInternalModule: (path: string) => unknown;
  requireModuleOrMock: (from: string, name: string) => unknown;
  unstable_shouldLoadAsEsm: (path: string) => boolean;
  unstable_importModule: (path: string) => Promise<void>;
}

type Run = (...args: readonly [globalConfig: unknown, config: unknown, environment: unknown, Runtime]) => unknown;

const require = createRequire(import.meta.url);
const { default: runCircus } = require('jest-circus/runner') as { readonly default: Run };

// The package itself throws where it is imported without jest's module loader.
registerHooks({
  resolve: (specifier, context, nextResolve) =>
    nextResolve(specifier === '@jest/globals' ? new URL('globals.ts', import.meta.url).href : specifier, context),
});

// What one worker has stripped and compiled, others read. jest kills workers before Node would write it.
enableCompileCache();

/** jest-circus keeps the tests of a file in its modules and on globalThis. */
function requireAfresh(path: string): unknown {
  Reflect.deleteProperty(globalThis, Symbol.for('EVENT_HANDLERS'));
  Reflect.deleteProperty(require.cache, path);
  return require(path);
}

/** jest-circus, but Node loads the files, strips their types and keeps the modules for the next file. */
const run: Run = (...args) => {
  const [, , , runtime] = args;
  runtime.requireInternalModule = requireAfresh;
  runtime.unstable_shouldLoadAsEsm = () => true;
  runtime.unstable_importModule = async (path) => {
    useGlobals(runtime.requireModuleOrMock(path, '@jest/globals') as Globals);
    await import(pathToFileURL(path).href);
    flushCompileCache();
  };
  return runCircus(...args);
};

export default run;
