import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { asList, asObject } from '@clb-direct/shared/domain/raw.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { weightRange, type TargetWeights } from '../../model/chosen-weight.ts';
import { listed } from '../../model/listed.ts';
import type { ServiceFacts } from './service-facts.ts';

type Annotated = Pick<ServiceFacts, 'annotations'>;

/** What the annotation asks for at one port; `proto` is that of the listener. */
interface Group {
  readonly proto: string;
  readonly port: number;
  readonly byPod: Readonly<Record<string, number>>;
}

interface Asked {
  readonly default: number | undefined;
  readonly groups: readonly Group[];
  /** What is wrong, each with its path. It is left out, and the rest counts. */
  readonly problems: readonly string[];
}

/** undefined: the Service asks for no weights there (TKE's annotation lb-rs-weight: weights of StatefulSets' pods). */
export function targetWeights(service: Annotated, at: Omit<Group, 'byPod'>): TargetWeights | undefined {
  const asked = read(service);
  if (asked === undefined) return undefined;
  const groups = asked.groups.filter(({ proto, port }) => proto === at.proto && port === at.port);
  return { default: asked.default, byPod: merged(groups.map(({ byPod }) => byPod)) };
}

export function targetWeightFindings(service: Annotated): readonly Finding[] {
  const problems = read(service)?.problems ?? [];
  if (problems.length === 0) return [];
  const message = `Annotation ${annotation.targetWeights}: ${listed(problems, String)}. The rest of it counts.`;
  return [{ severity: 'Warning', reason: 'AnnotationMalformed', message, repeat: { ...hourly, by: 'message' } }];
}

function read({ annotations }: Annotated): Asked | undefined {
  const text = annotations[annotation.targetWeights];
  if (text === undefined) return undefined;
  const problems: string[] = [];
  const json = parsed(text);
  if (json === undefined) problems.push('it is no JSON object');
  const groups = asList(json?.['groups']).flatMap((one, index) => readGroup(one, `groups[${index}]`, problems));
  return { default: readDefault(json?.['defaultWeight'], problems), groups, problems };
}

function parsed(text: string): ReturnType<typeof asObject> {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function readDefault(value: unknown, problems: string[]): number | undefined {
  return value === undefined ? undefined : readWeight(value, 'defaultWeight', problems);
}

function readGroup(raw: unknown, path: string, problems: string[]): readonly Group[] {
  const group = asObject(raw);
  const key = asObject(group?.['key']);
  const [proto, port] = [key?.['proto'], key?.['port']];
  if (typeof proto !== 'string' || typeof port !== 'number') {
    problems.push(`${path}.key is ${shown(group?.['key'])}; write {"proto": "TCP", "port": 80}`);
    return [];
  }
  const sets = asList(group?.['statefulSets']).map((one, index) => readSet(one, `${path}.statefulSets[${index}]`));
  problems.push(...sets.flatMap((set) => set.problems));
  return [{ proto, port, byPod: merged(sets.map(({ byPod }) => byPod)) }];
}

/** The pods of a StatefulSet have its name and their ordinal. */
function readSet(raw: unknown, path: string): Pick<Group, 'byPod'> & Pick<Asked, 'problems'> {
  const problems: string[] = [];
  const set = asObject(raw);
  const name = set?.['name'];
  if (typeof name !== 'string') return { byPod: {}, problems: [`${path}.name is ${shown(name)}; write a name`] };
  const weights = asList(set?.['weights']).flatMap((one, index) => {
    const at = `${path}.weights[${index}]`;
    const entry = asObject(one);
    const weight = readWeight(entry?.['weight'], `${at}.weight`, problems);
    const ordinals = asList(entry?.['podIndexes']).filter((ordinal) =>
      isOrdinal(ordinal, `${at}.podIndexes`, problems),
    );
    return weight === undefined ? [] : ordinals.map((ordinal) => [`${name}-${String(ordinal)}`, weight] as const);
  });
  return { byPod: Object.fromEntries(weights), problems };
}

function isOrdinal(value: unknown, path: string, problems: string[]): boolean {
  const isOne = Number.isSafeInteger(value) && Number(value) >= 0;
  if (!isOne) problems.push(`${path} has ${shown(value)}; write whole numbers from 0`);
  return isOne;
}

function readWeight(value: unknown, path: string, problems: string[]): number | undefined {
  const { least, most } = weightRange;
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return Number(value);
  problems.push(`${path} is ${shown(value)}; write a whole number from ${least} to ${most}`);
  return undefined;
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : safeText(JSON.stringify(value));
}

function merged(all: readonly Group['byPod'][]): Group['byPod'] {
  return Object.fromEntries(all.flatMap((one) => Object.entries(one)));
}
