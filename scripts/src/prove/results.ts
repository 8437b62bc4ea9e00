import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Result } from './figures.ts';

/** Results of earlier runs, the newest of each row; a line that a crash cut short is none. */
export async function readResults(file: string): Promise<readonly Result[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const all = text.split('\n').flatMap((line): readonly Result[] => {
    try {
      return line === '' ? [] : [JSON.parse(line) as Result];
    } catch {
      return [];
    }
  });
  return [...new Map(all.map((result) => [result.name, result])).values()];
}

export async function addResult(file: string, result: Result): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await appendFile(file, `${JSON.stringify(result)}\n`);
}
