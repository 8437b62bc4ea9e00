/** At most so many letters may be wrong. */
const mostWrong = 3;

/** The known name that somebody most likely meant, by what comes after its prefix; undefined: none is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const ranked = known.map((one) => ({ one, distance: editDistance(afterPrefix(name), afterPrefix(one)) }));
  const [best] = ranked.toSorted((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= mostWrong ? best.one : undefined;
}

function afterPrefix(name: string): string {
  return name.slice(name.indexOf('/') + 1).toLowerCase();
}

/** Levenshtein: letters to insert, remove or replace. An annotation's name has at most 63 after its prefix. */
function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [row, letter] of Array.from(a).entries()) {
    const line = [row + 1];
    for (const [column, other] of Array.from(b).entries()) {
      const replaced = (above[column] ?? 0) + (letter === other ? 0 : 1);
      line.push(Math.min(replaced, (above[column + 1] ?? 0) + 1, (line[column] ?? 0) + 1));
    }
    above = line;
  }
  return above.at(-1) ?? 0;
}
