import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { clbActions, sslActions, stsActions, vpcActions } from './action-names.ts';

const sdk = 'tencentcloud-sdk-nodejs/tencentcloud/services';
const services = [
  { models: `${sdk}/clb/v20180317/clb_models.d.ts`, actions: clbActions },
  { models: `${sdk}/ssl/v20191205/ssl_models.d.ts`, actions: sslActions },
  { models: `${sdk}/sts/v20180813/sts_models.d.ts`, actions: stsActions },
  { models: `${sdk}/vpc/v20170312/vpc_models.d.ts`, actions: vpcActions },
];

const scalars: Record<string, string> = { string: 'string', number: 'integer', boolean: 'boolean' };

/** A type as the SDK writes it in the short form of the definitions: "Array<number | bigint>" is "integer[]". */
function shorten(type: string): string {
  const [, items] = /^Array<(.+)>$/.exec(type) ?? [];
  if (items !== undefined) return `${shorten(items)}[]`;
  const short = scalars[type.replace(' | bigint', '')] ?? type;
  if (!/^\w+$/.test(short)) throw new Error(`The SDK's type "${type}" is of no form that the definitions know.`);
  return short;
}

interface Field {
  text: string;
  type: string;
}

/** The SDK's files are made by a machine: a comment, then a field, line by line. */
function readFields(body: string): Field[] {
  const pattern = /\s*\/\*\*(?<comment>.*?)\*\/\s+(?<name>\w+)(?<optional>\??): (?<type>[^;]+);/gsy;
  const fields: Field[] = [];
  let end = 0;
  for (const { groups, index, 0: all } of body.matchAll(pattern)) {
    const { comment = '', name = '', optional = '', type = '' } = groups ?? {};
    end = index + all.length;
    const short = shorten(type);
    // The only place where the SDK says it is its prose: "this field may return null".
    const orNull = comment.includes('可能返回 null') ? '|null' : '';
    fields.push({ text: `${name}${optional}:${short}${orNull}`, type: short.replaceAll('[]', '') });
  }
  if (body.slice(end).trim() !== '') throw new Error(`The SDK's file has a form that is not known: ${body.slice(end)}`);
  return fields;
}

function collect(source: string, roots: readonly string[]): Map<string, string> {
  const bodies = new Map(
    [...source.matchAll(/export interface (\w+) \{(.*?)\n\}/gs)].map(([, name = '', body = '']) => [name, body]),
  );
  // Structures without fields are written as aliases.
  for (const [, name = ''] of source.matchAll(/export (?:declare )?type (\w+) = /g)) bodies.set(name, '');
  const found = new Map<string, string>();
  const visit = (name: string) => {
    if (found.has(name) || name in { string: 0, integer: 0, boolean: 0 }) return;
    const body = bodies.get(name);
    if (body === undefined) throw new Error(`The SDK has no type ${name}.`);
    const fields = readFields(body);
    found.set(name, fields.map(({ text }) => text).join(' '));
    fields.forEach(({ type }) => visit(type));
  };
  roots.forEach(visit);
  return found;
}

/** What the installed SDK knows of the emulator's actions, one type a line. */
export async function readSdk(): Promise<string> {
  // Products share some types, such as Filter.
  const lines = new Set<string>();
  for (const { models, actions } of services) {
    const source = await readFile(fileURLToPath(import.meta.resolve(models)), 'utf8');
    const roots = actions.flatMap((action) => [`${action}Request`, `${action}Response`]);
    for (const [name, fields] of collect(source, roots)) lines.add(`${name} ${fields}`.trim());
  }
  return [...lines].sort((a, b) => (a < b ? -1 : 1)).join('\n');
}
