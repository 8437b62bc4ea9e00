import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** Where the manifests lie. */
const manifestsFolder = resolve(import.meta.dirname, '../../../manifests');

/** An object of the API server, as far as reading manifests needs it. */
export interface KubeObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

/** The objects of one YAML file under manifests/, read as kubectl reads them (YAML 1.1: 0440 is octal). */
export function readObjects(path: string): KubeObject[] {
  const documents = parseAllDocuments(readFileSync(join(manifestsFolder, path), 'utf8'), { version: '1.1' });
  return documents.map((document) => document.toJS() as KubeObject);
}

/** The objects of every YAML file in a folder under manifests/, deep, without kustomize's own files. */
export function readFolder(path: string): KubeObject[] {
  const files = readdirSync(join(manifestsFolder, path), { recursive: true, encoding: 'utf8' });
  const objects = files.filter((file) => file.endsWith('.yaml') && !file.endsWith('kustomization.yaml')).sort();
  return objects.flatMap((file) => readObjects(join(path, file)));
}

/** Names and values of a settings file, as kustomize reads it: NAME=VALUE lines and comments, no name twice. */
export function readEnvFile(path: string): Map<string, string> {
  const lines = readFileSync(join(manifestsFolder, path), 'utf8').split('\n');
  const entries = lines.filter((line) => /^[^#]/.test(line)).map(splitAtEquals);
  const values = new Map(entries);
  if (values.size < entries.length) throw new Error(`manifests/${path} names a setting twice`);
  return values;
}

/** For each setting of a settings file the comment in the line above it. */
export function readComments(path: string): Map<string, string> {
  const text = readFileSync(join(manifestsFolder, path), 'utf8');
  const pairs = text.matchAll(/^# (?<comment>.*)\n(?<name>[A-Z_]+)=/gm);
  return new Map([...pairs].map(({ groups }) => [groups?.['name'] ?? '', groups?.['comment'] ?? '']));
}

function splitAtEquals(line: string): [name: string, value: string] {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
}
