import { setTimeout as wait } from 'node:timers/promises';
import { runProgram, type ProgramContext } from '../runtime/program.ts';
import { integer, text } from '../runtime/settings.ts';
import { sleep } from '../runtime/sleep.ts';

/** A program whose end is chosen by its setting END; the tests run it as a process of its own. */
const definitions = {
  END: text({ example: 'returns', help: 'how it ends' }),
  SIZE: integer({ min: 1, max: 3, default: 2, help: 'a number' }),
};

const hour = 3_600_000;

async function main({ settings, log, signal, stop }: ProgramContext<typeof definitions>): Promise<void> {
  log.info({ size: settings.SIZE }, 'running');
  switch (settings.END) {
    case 'returns':
      return;
    case 'throws':
      throw new Error('main is broken');
    case 'throws-elsewhere':
      setTimeout(() => {
        throw new Error('a timer is broken');
      }, 1);
      break;
    case 'rejects-elsewhere':
      void Promise.reject(new Error('not awaited'));
      break;
    case 'hangs':
      await wait(hour);
      break;
    case 'cleans-up':
      await sleep(hour, signal).catch(() => wait(20));
      log.info('cleaned up');
      return;
    case 'stops-itself':
      stop('nothing is left to do');
      await sleep(hour, signal).catch(() => wait(1_000));
      log.info('cleaned up');
      return;
  }
  await sleep(hour, signal);
}

await runProgram({ name: 'sample', definitions, main });
