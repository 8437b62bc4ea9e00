const lineFeed = 0x0a;
/** Objects in etcd are at most 1.5 MiB; a line beyond this is no watch event. */
const longestLine = 64 * 1024 * 1024;

/** Splits a stream into lines. Bytes are joined before they are decoded: a character may span two chunks. */
export async function* watchLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      const line = decode([...parts, chunk.subarray(start, end)]);
      parts = [];
      size = 0;
      start = end + 1;
      if (line !== '') yield line;
    }
    parts.push(chunk.subarray(start));
    size += chunk.length - start;
    if (size > longestLine) throw new Error(`a watch line is longer than ${longestLine} bytes`);
  }
  const rest = decode(parts);
  if (rest !== '') yield rest;
}

function decode(parts: readonly Uint8Array[]): string {
  return Buffer.concat(parts).toString('utf8').trim();
}
