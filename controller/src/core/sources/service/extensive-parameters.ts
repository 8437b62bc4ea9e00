import { asList, asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { shownValue } from '@clb-direct/shared/domain/shown-value.ts';
import { tagKey, type Tags } from '../../model/owned-balancer.ts';

export interface ExtensiveParameters {
  /** Fields of CreateLoadBalancer (doc 214/30692). */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly tags: Tags;
  /** What is wrong, each with what to write. While there is one, nothing is made. */
  readonly problems: readonly string[];
}

const isText = (value: unknown) => typeof value === 'string' && value.length > 0 && value.length <= 200;
const isBoolean = (value: unknown) => typeof value === 'boolean';

/** What users may say. What is missing here is ours to say, or is paid in advance, or belongs to others too. */
const allowed: Readonly<Record<string, (value: unknown) => boolean>> = {
  AddressIPVersion: isText,
  BandwidthPackageId: isText,
  DynamicVip: isBoolean,
  InternetAccessible: isInternet,
  LoadBalancerName: (value) => isText(value) && String(value).length <= 80,
  LoadBalancerPassToTarget: isBoolean,
  MasterZoneId: isText,
  SlaType: isText,
  SlaveZoneId: isText,
  SnatPro: isBoolean,
  Vip: isText,
  VipIsp: isText,
  ZoneId: isText,
};

/** An IPv6 CLB is of the internet, and made in a subnet (doc 214/30692). */
const allowedOfIpv6 = { ...allowed, SubnetId: isSubnet };

const isIpv6 = (root: RawObject) => /^ipv6fullchain$/i.test(String(own(root, 'AddressIPVersion')));

function isSubnet(value: unknown): boolean {
  return isText(value) && /^subnet-[a-z0-9]{1,32}$/.test(String(value));
}

const annotationsInstead: Readonly<Record<string, string>> = {
  LoadBalancerType: 'annotation service.kubernetes.io/qcloud-loadbalancer-internal-subnetid decides',
  SubnetId: 'write annotation service.kubernetes.io/qcloud-loadbalancer-internal-subnetid',
};

const mostTags = 10;

/** Reads TKE's annotation service.extensiveParameters: a JSON object. */
export function readExtensiveParameters(text: string | undefined): ExtensiveParameters {
  if (text === undefined || text.trim() === '') return { parameters: {}, tags: {}, problems: [] };
  const root = text.length > 4_000 ? undefined : parsed(text);
  if (root === undefined)
    return { parameters: {}, tags: {}, problems: ['it is no JSON object; write {"VipIsp":"BGP"}'] };
  const names = Object.keys(root).filter((name) => name !== 'Tags');
  const { tags, problems } = readTags(own(root, 'Tags'));
  const rules: typeof allowed = isIpv6(root) ? allowedOfIpv6 : allowed;
  const good = names.filter((name) => own(rules, name) !== undefined && rules[name]?.(root[name]) === true);
  const wrong = names.filter((name) => !good.includes(name)).map((name) => problemOf(name, root[name], rules));
  return {
    parameters: Object.fromEntries(good.map((name) => [name, root[name]])),
    tags,
    problems: [...wrong, ...missing(root), ...problems],
  };
}

function parsed(text: string): RawObject | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The API would refuse it. */
function missing(root: RawObject): readonly string[] {
  if (!isIpv6(root) || own(root, 'SubnetId') !== undefined) return [];
  return ['AddressIPVersion IPv6FullChain is without a subnet; write "SubnetId":"subnet-…" beside it'];
}

function problemOf(name: string, value: unknown, rules: typeof allowed): string {
  const shown = safeText(name, 40);
  if (own(rules, name) !== undefined) return `${shown} is ${shownValue(value)}, which it cannot be`;
  const instead = own(annotationsInstead, name);
  const known = Object.keys(rules).join(', ');
  return `${shown} is not taken: ${typeof instead === 'string' ? instead : `use only ${known} and Tags`}`;
}

/** Of InternetAccessible. */
function isInternet(value: unknown): boolean {
  const fields = asObject(value);
  if (fields === undefined) return false;
  return Object.entries(fields).every(([name, one]) =>
    name === 'InternetMaxBandwidthOut'
      ? Number.isInteger(one) && Number(one) >= 0 && Number(one) <= 2048
      : ['InternetChargeType', 'BandwidthpkgSubType'].includes(name) && isText(one),
  );
}

/** As the API has them: [{"TagKey": "team", "TagValue": "shop"}]. */
function readTags(raw: unknown): Pick<ExtensiveParameters, 'tags' | 'problems'> {
  if (raw === undefined) return { tags: {}, problems: [] };
  const list = asList(raw).map((one) => [own(asObject(one), 'TagKey'), own(asObject(one), 'TagValue')] as const);
  const isGood = Array.isArray(raw) && list.length <= mostTags && list.every((pair) => pair.every(isTagText));
  if (!isGood) return { tags: {}, problems: [`Tags must be at most ${mostTags} of {"TagKey": "…", "TagValue": "…"}`] };
  const ours: readonly unknown[] = Object.values(tagKey);
  const taken = list.filter(([key]) => ours.includes(key) || String(key).startsWith('tke-'));
  const problems = taken.map(([key]) => `tag ${safeText(String(key), 40)} is written by a controller`);
  return { tags: Object.fromEntries(list.map(([key, value]) => [String(key), String(value)])), problems };
}

function isTagText(value: unknown): boolean {
  return typeof value === 'string' && value.length > 0 && value.length <= 127;
}
