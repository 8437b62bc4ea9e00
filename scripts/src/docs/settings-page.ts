import { definitions as controller } from '@clb-direct/controller/settings.ts';
import { commonSettings } from '@clb-direct/shared/runtime/common-settings.ts';
import { programSettings } from '@clb-direct/shared/runtime/program.ts';
import type { Definitions, Setting } from '@clb-direct/shared/runtime/settings.ts';
import { webhookSettings as webhook } from '@clb-direct/webhook/settings.ts';

const both: Definitions = { ...commonSettings, ...programSettings };

const intro = `# Settings

Every setting of the controller and the webhook. This page is made from their definitions: change those, then run
\`npm run docs\`.

Settings are environment variables. In an install they come from the ConfigMap \`clb-direct-settings\`: change them in
[your overlay](../README.md#install-on-tke). The programs check all values at start, and exit with a list of those that
are wrong. They ignore unknown names, so check the spelling. An empty value counts as not given; only an empty list is a
list without entries. [operations.md](operations.md) says what the settings change.`;

const outro = `## Not settings

The credentials of the CLB API come from files, variables or pod identity
([manifests/README.md](../manifests/README.md#credentials)). Users of Services and pods write annotations
([operations.md](operations.md)). \`rotate-certs\` takes \`POD_NAMESPACE\`, \`WEBHOOK_SECRET_NAME\` and
\`ROTATION_SETTLE_MS\` from its environment where no flag says otherwise.`;

/** docs/settings.md as the definitions make it. */
export function settingsPage(): string {
  const parts = [
    intro,
    section('Both programs', both),
    section('Controller', without(controller, both)),
    section('Webhook', without(webhook, both)),
    outro,
  ];
  return `${parts.join('\n\n')}\n`;
}

function without(definitions: Definitions, others: Definitions): Definitions {
  return Object.fromEntries(Object.entries(definitions).filter(([name]) => !Object.hasOwn(others, name)));
}

function section(title: string, definitions: Definitions): string {
  const rows = Object.entries(definitions).map(([name, setting]) => settingRow(name, setting));
  return [
    `## ${title}`,
    '',
    '| setting | kind | default | value | meaning |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** A setting as a row: name, kind, default, what a value must be, and help. */
export function settingRow(name: string, setting: Setting<unknown>): string {
  const value = setting.fallback === undefined ? `, for example ${code(setting.example)}` : '';
  const cells = [
    code(name),
    setting.kind,
    defaultOf(name, setting),
    plain(setting.expects) + value,
    plain(setting.help),
  ];
  return `| ${cells.join(' | ')} |`;
}

function defaultOf(name: string, setting: Setting<unknown>): string {
  if (setting.fallback === undefined) return 'required';
  const shown = setting.secret ? '' : setting.show(setting.fallback);
  if (shown === '') return 'empty';
  return name.endsWith('_MS') ? `${code(shown)} (${timeOf(Number(shown))})` : code(shown);
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** Milliseconds in the largest unit that leaves no rest. */
function timeOf(ms: number): string {
  const [unit, size] = units.find(([, size]) => ms > 0 && ms % size === 0) ?? ['ms', 1];
  return `${ms / size} ${unit}`;
}

function code(text: string): string {
  return `\`${text.replaceAll('|', String.raw`\|`)}\``;
}

/** Text in a cell: what Markdown would take for markup is escaped. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|]/g, String.raw`\$&`);
}
