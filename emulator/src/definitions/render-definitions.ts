/** The file sdk-definitions.ts. */
export function renderDefinitions(lines: string): string {
  return [
    "// Made from the SDK's own type definitions by `npm run definitions -w emulator`: do not edit.",
    '// One type a line: its fields, "?" where a field may be left out, "|null" where the API may answer null.',
    `export const sdkDefinitions = \`\n${lines}\n\`;\n`,
  ].join('\n');
}
