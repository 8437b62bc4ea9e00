import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';

/** What goes wrong in a test file, and what the report of that file says. */
const wrongs: readonly (readonly [name: string, code: string, message: string])[] = [
  ['fails', "test('one', () => expect(1).toBe(2));", 'Expected: 2'],
  ['throws-at-import', "throw new Error('not loaded');", 'not loaded'],
  ['imports-nothing', "import './nowhere.ts';", 'nowhere.ts'],
  ['has-no-test', 'export {};', 'at least one test'],
  ['hangs', "test('one', () => new Promise(() => {}), 200);", 'Exceeded timeout of 200 ms for a test'],
  [
    'hangs-in-hook',
    "jest.setTimeout(300); beforeEach(() => new Promise(() => {})); test('one', () => {});",
    'Exceeded timeout of 300 ms for a hook',
  ],
  [
    'hangs-in-virtual-time',
    "test('one', () => { jest.useFakeTimers(); return new Promise((done) => setTimeout(done, 1)); });",
    'Exceeded timeout of 4000 ms for a test',
  ],
  [
    'rejects-unseen',
    "test('one', async () => { Promise.reject(new Error('nobody waits')); await later(50); });",
    'nobody waits',
  ],
  [
    'throws-later',
    "test('one', async () => { setTimeout(() => { throw new Error('late'); }); await later(50); });",
    'late',
  ],
  ['exits', "test('one', () => process.exit(0));", 'crashed'],
];

const head = `import { beforeEach, expect, jest, test } from '@jest/globals';
import { setTimeout as later } from 'node:timers/promises';
`;
const sound = `${head}
test('The limit is the usual one, and time is real.', async () => {
  const startedMs = Date.now();
  await later(500);
  expect(Date.now() - startedMs).toBeGreaterThan(400);
});
test('Virtual time reaches those who wait by node:timers/promises.', async () => {
  jest.useFakeTimers();
  const minute = later(60_000, 'a minute');
  await jest.advanceTimersByTimeAsync(60_000);
  expect(await minute).toBe('a minute');
});
`;

interface Report {
  readonly numPassedTests: number;
  readonly testResults: readonly { readonly name: string; readonly status: string; readonly message: string }[];
}

let exitCode: number;
let report: Report;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'clb-direct-jest-'));
  const files = [
    ...wrongs.map(([name, code]) => [name, head + code] as const),
    ['sound-1', sound] as const,
    ['sound-2', sound] as const,
  ];
  for (const [name, code] of files) await writeFile(join(folder, `${name}.test.ts`), code);
  [exitCode, report] = await runJest(folder);
  await rm(folder, { recursive: true });
}, 120_000);

async function runJest(folder: string): Promise<[number, Report]> {
  const config = {
    rootDir: folder,
    testMatch: ['<rootDir>/*.test.ts'],
    testEnvironment: join(import.meta.dirname, 'environment.ts'),
    testRunner: join(import.meta.dirname, 'runner.ts'),
    extensionsToTreatAsEsm: ['.ts'],
    transform: {},
  };
  const jest = join(import.meta.dirname, '../../../node_modules/jest/bin/jest.js');
  const file = join(folder, 'report.json');
  const args = ['--config', JSON.stringify(config), '--json', `--outputFile=${file}`];
  const limits = ['--maxWorkers=2', '--testTimeout=4000'];
  const code = await new Promise<number>((done) => {
    const child = execFile(process.execPath, [jest, ...args, ...limits], () => done(child.exitCode ?? 1));
  });
  return [code, JSON.parse(await readFile(file, 'utf8')) as Report];
}

test.each(wrongs)('The file %s.test.ts fails the run, and is named.', (name, _code, message) => {
  const result = report.testResults.find((one) => one.name.endsWith(`/${name}.test.ts`));
  expect(result).toMatchObject({ status: 'failed', message: expect.stringContaining(message) as unknown });
  expect(exitCode).toBe(1);
});

test('What others change is put back: a file after them has the usual limit and real time.', () => {
  expect(report.numPassedTests).toBe(4);
});
