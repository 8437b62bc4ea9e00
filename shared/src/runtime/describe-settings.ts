import type { Definitions, Setting } from './setting.ts';

/** The settings as an aligned table for --help: name, kind, default, meaning. */
export function describeSettings(definitions: Definitions): string {
  const rows = Object.entries(definitions).map(([name, setting]) => [
    name,
    setting.kind,
    defaultOf(setting),
    meaning(setting),
  ]);
  const table = [['SETTING', 'KIND', 'DEFAULT', 'MEANING'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function defaultOf(setting: Setting<unknown>): string {
  if (setting.fallback === undefined) return '(required)';
  const shown = setting.secret ? '' : setting.show(setting.fallback);
  return shown === '' ? '(empty)' : shown;
}

function meaning(setting: Setting<unknown>): string {
  return `${setting.help} (${setting.expects}, for example ${setting.example})`;
}
