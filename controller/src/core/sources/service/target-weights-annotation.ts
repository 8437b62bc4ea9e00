import { asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { shownValue } from '@clb-direct/shared/domain/shown-value.ts';
import { weightRange } from '../../model/chosen-weight.ts';
import { unknownKeys } from './unknown-keys.ts';

/** What the annotation asks for at one port. */
export interface WeightGroup {
  /** Where it is in the annotation: "groups[0]". */
  readonly path: string;
  readonly proto: string;
  readonly port: number;
  /** By name of the pod. */
  readonly byPod: Readonly<Record<string, number>>;
}

export interface AskedWeights {
  readonly default: number | undefined;
  readonly groups: readonly WeightGroup[];
  /** What is wrong, each with its path. It is left out, and the rest counts. */
  readonly problems: readonly string[];
}

/** Of a text that nobody has to read further: room for thousands of ordinals. */
const mostLetters = 20_000;
/** Of a StatefulSet, as the API server takes it. Every pod that is named here costs so many. */
const mostLettersOfName = 253;

/** Reads TKE's annotation lb-rs-weight. */
export function readTargetWeights(text: string): AskedWeights {
  const problems: string[] = [];
  if (text.length > mostLetters) {
    const problem = `it has ${text.length} letters; write at most ${mostLetters}`;
    return { default: undefined, groups: [], problems: [problem] };
  }
  const root = parsed(text);
  if (root === undefined) return { default: undefined, groups: [], problems: ['it is no JSON object'] };
  tellUnknown(root, { path: '', known: ['defaultWeight', 'groups'] }, problems);
  const given = own(root, 'defaultWeight');
  const weight = given === undefined ? undefined : readWeight(given, 'defaultWeight', problems);
  const list = own(root, 'groups') === undefined ? [] : listIn(root, { path: '', name: 'groups' }, problems);
  return { default: weight, groups: list.flatMap((one, at) => readGroup(one, `groups[${at}]`, problems)), problems };
}

function parsed(text: string): RawObject | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function readGroup(raw: unknown, path: string, problems: string[]): readonly WeightGroup[] {
  const group = asObject(raw);
  const key = asObject(own(group, 'key'));
  const [proto, port] = [own(key, 'proto'), own(key, 'port')];
  if (group === undefined || key === undefined || typeof proto !== 'string' || typeof port !== 'number') {
    problems.push(`${path}.key is ${shownValue(own(group, 'key'))}; write {"proto": "TCP", "port": 80}`);
    return [];
  }
  tellUnknown(group, { path, known: ['key', 'statefulSets'] }, problems);
  tellUnknown(key, { path: `${path}.key`, known: ['proto', 'port'] }, problems);
  const sets = listIn(group, { path, name: 'statefulSets' }, problems);
  const weights = sets.flatMap((one, at) => readSet(one, `${path}.statefulSets[${at}]`, problems));
  return [{ path, proto, port, byPod: Object.fromEntries(weights) }];
}

type PodWeight = readonly [pod: string, weight: number];

/** The pods of a StatefulSet have its name and their ordinal. */
function readSet(raw: unknown, path: string, problems: string[]): readonly PodWeight[] {
  const set = asObject(raw);
  const name = own(set, 'name');
  if (set === undefined || typeof name !== 'string' || name.length > mostLettersOfName) {
    problems.push(`${path}.name is ${shownValue(name)}; write a name`);
    return [];
  }
  tellUnknown(set, { path, known: ['name', 'weights'] }, problems);
  return listIn(set, { path, name: 'weights' }, problems).flatMap((one, at) => {
    const { weight, ordinals } = readEntry(asObject(one) ?? {}, `${path}.weights[${at}]`, problems);
    return weight === undefined ? [] : ordinals.map((ordinal) => [`${name}-${String(ordinal)}`, weight] as const);
  });
}

function readEntry(entry: RawObject, path: string, problems: string[]) {
  tellUnknown(entry, { path, known: ['weight', 'podIndexes'] }, problems);
  const weight = readWeight(own(entry, 'weight'), `${path}.weight`, problems);
  const listed = listIn(entry, { path, name: 'podIndexes' }, problems);
  return { weight, ordinals: listed.filter((ordinal) => isOrdinal(ordinal, `${path}.podIndexes`, problems)) };
}

function isOrdinal(value: unknown, path: string, problems: string[]): boolean {
  const isOne = Number.isSafeInteger(value) && Number(value) >= 0;
  if (!isOne) problems.push(`${path} has ${shownValue(value)}; write whole numbers from 0`);
  return isOne;
}

function readWeight(value: unknown, path: string, problems: string[]): number | undefined {
  const { least, most } = weightRange;
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return Number(value);
  problems.push(`${path} is ${shownValue(value)}; write a whole number from ${least} to ${most}`);
  return undefined;
}

function listIn(fields: RawObject, at: { path: string; name: string }, problems: string[]): readonly unknown[] {
  const value = own(fields, at.name);
  if (Array.isArray(value)) return value;
  problems.push(`${below(at.path, at.name)} is ${shownValue(value)}; write a list`);
  return [];
}

function tellUnknown(fields: RawObject, at: { path: string; known: readonly string[] }, problems: string[]): void {
  const paths = unknownKeys(fields, at.known).map((key) => safeText(below(at.path, key), 120));
  problems.push(...paths.map((path) => `${path} means nothing; write ${at.known.join(' or ')}`));
}

function below(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
