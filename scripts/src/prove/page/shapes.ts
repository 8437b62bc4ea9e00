interface Point {
  readonly x: number;
  readonly y: number;
}

interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

const round = (value: number) => Math.round(value * 10) / 10;

/** Half a unit wide at least, so that it is seen. */
export function bar({ x, y, width, height }: Box, color: string): string {
  const size = `width="${round(Math.max(0.5, width))}" height="${round(height)}"`;
  return `<rect x="${round(x)}" y="${round(y)}" ${size} fill="${color}"/>`;
}

export function upright(
  x: number,
  { from, to }: { readonly from: number; readonly to: number },
  color: string,
): string {
  return `<line x1="${round(x)}" x2="${round(x)}" y1="${from}" y2="${to}" stroke="${color}"/>`;
}

/** `content` is escaped already. */
export function text({ x, y }: Point, content: string): string {
  return `<text x="${round(x)}" y="${round(y)}">${content}</text>`;
}

export function escapeText(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
