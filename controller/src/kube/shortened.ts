/** The beginning of a text that people wrote, without the rest in memory: a part of a text keeps the whole. */
export function shortened(text: string, mostLetters: number): string {
  return text.length <= mostLetters ? text : Buffer.from(text.slice(0, mostLetters)).toString();
}
