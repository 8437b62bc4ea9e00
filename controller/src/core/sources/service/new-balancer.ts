import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import type { BalancerWish } from '../../model/owned-balancer.ts';
import type { NewBalancer } from '../../model/owner-view.ts';
import { readExtensiveParameters } from './extensive-parameters.ts';
import { securityGroupProblem } from './security-groups.ts';

/** What is read of an owner, whatever its kind. */
interface Asking {
  readonly namespace: string;
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Which annotations of a kind of owner say how its CLB is to be made. */
export interface BalancerAnnotations {
  readonly kind: string;
  readonly internalSubnet: string;
  readonly chargeType: string;
  readonly bandwidth: string;
  readonly extensiveParameters: string;
  readonly passToTarget: string;
  readonly securityGroups: string;
}

const ofServices: BalancerAnnotations = { kind: 'Service', ...annotation };

const chargeTypes = ['TRAFFIC_POSTPAID_BY_HOUR', 'BANDWIDTH_POSTPAID_BY_HOUR'];

/** How the CLB of an owner is to be made that names none, with TKE's annotations (TKE doc 457/51258). */
export function newBalancerOf(asking: Asking, names = ofServices): NewBalancer {
  const { annotations } = asking;
  const subnet = read(annotations, names.internalSubnet, /^subnet-[a-z0-9]{1,32}$/, 'the id of a subnet');
  const charge = read(annotations, names.chargeType, oneOf(chargeTypes), chargeTypes.join(' or '));
  const bandwidth = read(annotations, names.bandwidth, /^([1-9]\d{0,2}|1\d{3}|20[0-3]\d|204[0-8])$/, '1 to 2048');
  const { parameters, tags, problems } = readExtensiveParameters(annotations[names.extensiveParameters]);
  const isPrivate = subnet.value !== undefined;
  const wish: BalancerWish = {
    type: isPrivate ? 'INTERNAL' : 'OPEN',
    name: `${asking.namespace}_${asking.name}`.slice(0, 80),
    ...withValues({
      subnetId: subnet.value,
      chargeType: isPrivate ? undefined : charge.value,
      bandwidthMbps: isPrivate || bandwidth.value === undefined ? undefined : Number(bandwidth.value),
      passToTarget: passToTargetOf(asking, names),
      parameters: Object.keys(parameters).length === 0 ? undefined : parameters,
      tags: Object.keys(tags).length === 0 ? undefined : tags,
    }),
  };
  const ofGroups = securityGroupProblem(asking, names.securityGroups);
  const all = [subnet.problem, charge.problem, bandwidth.problem, ofGroups];
  const about = `annotation ${names.extensiveParameters}: `;
  const first = [...all, ...problems.map((problem) => about + problem)].find((problem) => problem !== undefined);
  return { wish, problem: first === undefined ? undefined : malformed(first, names) };
}

type Optional<T> = { readonly [K in keyof T]?: T[K] | undefined };

function withValues(fields: Optional<Omit<BalancerWish, 'type' | 'name'>>): Partial<BalancerWish> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** Of a CLB that is made for an owner it is also set later; the API has no word for "as it was". */
export function passToTargetOf(
  { annotations }: Pick<Asking, 'annotations'>,
  names: Pick<BalancerAnnotations, 'passToTarget'> = ofServices,
): boolean | undefined {
  const value = annotations[names.passToTarget]?.trim();
  return value === 'true' || value === 'false' ? value === 'true' : undefined;
}

interface Read {
  readonly value: string | undefined;
  readonly problem: string | undefined;
}

/** Without text nothing is asked for. */
function read(annotations: Asking['annotations'], name: string, pattern: RegExp, expects: string): Read {
  const text = annotations[name]?.trim() ?? '';
  if (text === '') return { value: undefined, problem: undefined };
  if (pattern.test(text)) return { value: text, problem: undefined };
  return { value: undefined, problem: `annotation ${name} is "${safeText(text)}"; write ${expects}` };
}

function oneOf(words: readonly string[]): RegExp {
  return new RegExp(`^(${words.join('|')})$`);
}

function malformed(problem: string, { kind }: BalancerAnnotations): Finding {
  const message = `No CLB is made for this ${kind}, because of its ${problem}.`;
  return { severity: 'Warning', reason: 'AnnotationMalformed', message };
}
