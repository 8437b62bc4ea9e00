import { syncBuiltinESMExports } from 'node:module';
import { ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';

/** They fake node:timers/promises too, which those who import it see only when Node is told. */
class FakeTimers extends ModernFakeTimers {
  override useFakeTimers(...args: Parameters<ModernFakeTimers['useFakeTimers']>): void {
    super.useFakeTimers(...args);
    syncBuiltinESMExports();
  }

  override useRealTimers(): void {
    super.useRealTimers();
    syncBuiltinESMExports();
  }
}

interface Configs {
  readonly projectConfig: ConstructorParameters<typeof ModernFakeTimers>[0]['config'];
}

/** Where `jest.setTimeout` keeps its limit. */
const testTimeout = Symbol.for('TEST_TIMEOUT_SYMBOL');

const exit = process.exit.bind(process);
const { console } = globalThis;

/**
 * Tests run in Node itself. jest's own environment gives each file a vm context, whose modules take longer to load
 * than most tests to run. Here files of one worker share globals and modules; what jest changed is put back.
 */
export default class Environment {
  readonly global = globalThis;
  readonly moduleMocker = new ModuleMocker(globalThis);
  readonly fakeTimers = null;
  readonly fakeTimersModern: ModernFakeTimers;

  constructor({ projectConfig }: Configs) {
    this.fakeTimersModern = new FakeTimers({ config: projectConfig, global: globalThis });
  }

  setup(): void {
    // jest demands the method.
  }

  /** jest asks for the time once more before teardown(). */
  handleTestEvent({ name }: { readonly name: string }): void {
    if (name === 'run_finish') this.fakeTimersModern.useRealTimers();
  }

  /** After jest has restored what was mocked. */
  teardown(): void {
    this.fakeTimersModern.dispose();
    Reflect.deleteProperty(globalThis, testTimeout);
    process.exit = exit;
    globalThis.console = console;
  }

  getVmContext(): null {
    return null;
  }
}
