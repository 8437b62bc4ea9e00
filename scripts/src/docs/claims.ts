import { quotedIn } from './read-table.ts';

/** A test that a document names: its file, from the root of the repository, and the title of the test or group. */
export interface NamedTest {
  readonly file: string;
  readonly title: string;
}

/** The claims of a document: the rows of each table whose header is "claim | test", with the tests that a row names. */
export function readClaims(text: string): ReadonlyMap<string, readonly NamedTest[]> {
  const tables = text.split('\n\n').filter((part) => part.startsWith('| claim | test |'));
  const rows = tables.flatMap((table) => table.trimEnd().split('\n').slice(2));
  return new Map(rows.map(claimOf));
}

function claimOf(row: string): [string, readonly NamedTest[]] {
  const [, claim = '', tests = ''] = row.split(/(?<!\\)\|/).map((cell) => cell.trim());
  return [claim, tests.split(/; (?=`\S+\.test\.ts`)/).flatMap(testsOf)];
}

/** One file and titles of tests in it: "`FILE`: `TITLE`, `TITLE`". */
function testsOf(part: string): readonly NamedTest[] {
  const [file = '', ...titles] = quotedIn(part);
  return titles.map((title) => ({ file, title }));
}

/** Whether a source has a test or a group of tests of that title, or a row of them that begins with it. */
export function hasTest(source: string, title: string): boolean {
  return ["'", '"', '`'].some((quote) => source.includes(`${quote}${title}${quote},`));
}
