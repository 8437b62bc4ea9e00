import type { Definitions, Setting } from './setting.ts';

export { describeSettings } from './describe-settings.ts';
export { balancerRules } from './balancer-rules-setting.ts';
export { flag, integer, list, oneOf, text } from './setting-kinds.ts';
export type { Definitions, Setting } from './setting.ts';

export type Values<D extends Definitions> = {
  readonly [Name in keyof D]: D[Name] extends Setting<infer T> ? T : never;
};

/** Every problem with the settings at once, one sentence each. */
export class SettingsError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'SettingsError';
    this.problems = problems;
  }
}

/** Reads all settings from the environment. Unknown variables are ignored. */
export function readSettings<D extends Definitions>(definitions: D, env: NodeJS.ProcessEnv): Values<D> {
  const problems: string[] = [];
  const entries = Object.entries(definitions).map(([name, setting]) => {
    const read = readOne(setting, env[name]);
    if (read.kind === 'problem') problems.push(`${name}: ${read.problem}`);
    return [name, read.kind === 'value' ? read.value : undefined];
  });
  if (problems.length > 0) throw new SettingsError(problems);
  return Object.fromEntries(entries) as Values<D>;
}

type Read = { kind: 'value'; value: unknown } | { kind: 'problem'; problem: string };

function readOne(setting: Setting<unknown>, raw: string | undefined): Read {
  const text = raw?.trim();
  const isGiven = text !== undefined && (text !== '' || setting.emptyCounts);
  if (!isGiven && setting.fallback !== undefined) return { kind: 'value', value: setting.fallback };
  const value = isGiven ? setting.parse(text) : undefined;
  if (value !== undefined) return { kind: 'value', value };
  return {
    kind: 'problem',
    problem: `${gotWhat(setting, text)}, expects ${setting.expects}, for example ${setting.example}`,
  };
}

function gotWhat(setting: Setting<unknown>, text: string | undefined): string {
  if (text === undefined) return 'is not set';
  if (setting.secret && text !== '') return 'got a value that is not shown here';
  const problem = setting.problemOf?.(text);
  return `got ${JSON.stringify(text)}${problem === undefined ? '' : `: ${problem}`}`;
}

/** Finds settings that are fine alone and do not go together: in each pair the first must be less than the second. */
export function outOfOrder<Name extends string>(
  settings: Readonly<Record<Name, number>>,
  pairs: readonly (readonly [Name, Name])[],
): readonly string[] {
  return pairs
    .filter(([less, more]) => settings[less] >= settings[more])
    .map(([less, more]) => `${less}: got ${settings[less]}, expects less than ${more}, which is ${settings[more]}`);
}
