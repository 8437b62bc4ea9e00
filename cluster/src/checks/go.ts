/** The oldest Go that our go.mod files build with, and the oldest that fetches a newer one by itself. */
const needed = [1, 26] as const;
const fetches = [1, 21] as const;

/**
 * Says what is wrong with the machine's Go; takes what `go env GOVERSION GOTOOLCHAIN` printed, or undefined without Go.
 */
export function goProblem(printed: string | undefined): string | undefined {
  if (printed === undefined) {
    return 'Go is missing: install Go 1.26 (or any since 1.21 that may fetch it) and put its bin folder in PATH';
  }
  const [version = '', toolchain = ''] = printed.trim().split('\n');
  if (atLeast(version, needed)) return undefined;
  if (atLeast(version, fetches) && toolchain !== 'local') return undefined;
  const why = atLeast(version, fetches) ? ' and GOTOOLCHAIN=local forbids it to fetch a newer one' : '';
  return `Go is too old: ${version}${why}; install Go 1.26 (or any since 1.21 that may fetch it)`;
}

function atLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [, haveMajor = '0', haveMinor = '0'] = /^go(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(haveMajor) > major || (Number(haveMajor) === major && Number(haveMinor) >= minor);
}
