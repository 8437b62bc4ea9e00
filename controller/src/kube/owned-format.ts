import type { V1ConfigMap } from '@kubernetes/client-node';
import { recordLabel } from '@clb-direct/shared/domain/names.ts';
import { asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';
import type { BalancerWish, FormerBalancer, OwnedBalancer } from '../core/model/owned-balancer.ts';
import type { Owner, OwnerKind } from '../core/model/owner.ts';
import { parsed, timeOf, watchedKinds } from './record-format.ts';

const prefix = 'clb-direct-owned-';
const dataKey = 'load-balancer';

/** The ConfigMap of the CLB that is made for the owner with this UID. */
export function ownedName(uid: string): string {
  return `${prefix}${uid}`;
}

/** A ConfigMap that is such a record; `record` is undefined while it cannot be read. */
export interface ReadOwned {
  readonly uid: string;
  readonly record: OwnedBalancer | undefined;
}

/** undefined: not the record of a CLB that is made for an owner. */
export function readOwned(raw: unknown): ReadOwned | undefined {
  const { metadata, data } = raw as V1ConfigMap;
  const name = metadata?.name ?? '';
  if (!name.startsWith(prefix) || metadata?.labels?.[recordLabel.name] !== recordLabel.owned) return undefined;
  const uid = name.slice(prefix.length);
  return { uid, record: readData(uid, data?.[dataKey] ?? '', metadata.resourceVersion ?? '') };
}

function readData(uid: string, text: string, version: string): OwnedBalancer | undefined {
  const entry = parsed(text);
  const wish = readWish(entry?.['wish']);
  const owner = entry === undefined ? undefined : readOwner(entry, uid);
  const state = entry === undefined ? undefined : readState(entry);
  if (wish === undefined || owner === undefined || state === undefined) return undefined;
  return { owner, wish, ...state, version };
}

function readState({ proof, generation, askedAt, balancerId: id, former, ...words }: RawObject) {
  if (typeof proof !== 'string' || typeof generation !== 'number') return undefined;
  const isSound = isAbsentOr(askedAt, (it) => timeOf(it) !== undefined) && isAbsentOr(id, isId);
  if (!isSound) return undefined;
  const said = (['isFound', 'isKept', 'isLeft'] as const).filter((name) => words[name] === true);
  const marks: Partial<Record<(typeof said)[number], true>> = Object.fromEntries(said.map((name) => [name, true]));
  return {
    proof,
    generation,
    askedAtMs: timeOf(askedAt),
    balancerId: id as string | undefined,
    ...marks,
    ...readFormer(former),
  };
}

function readFormer(raw: unknown): { readonly former?: FormerBalancer } {
  const former = asObject(raw);
  const [id, proof] = [own(former, 'balancerId'), own(former, 'proof')];
  if (!isId(id) || typeof proof !== 'string') return {};
  const found = own(former, 'isFound') === true ? ({ isFound: true } as const) : {};
  return { former: { balancerId: String(id), proof, ...found } };
}

function isAbsentOr(value: unknown, isSound: (value: unknown) => boolean): boolean {
  return value === undefined || isSound(value);
}

function isId(value: unknown): boolean {
  return typeof value === 'string' && /^lb-[a-z0-9]+$/.test(value);
}

function readOwner({ kind, namespace, name }: RawObject, uid: string): Owner | undefined {
  if (!watchedKinds.has(kind) || typeof namespace !== 'string' || typeof name !== 'string') return undefined;
  return { kind: kind as OwnerKind, namespace, name, uid };
}

/** We alone write it, so that only what is needed to ask again is checked. */
function readWish(raw: unknown): BalancerWish | undefined {
  const wish = asObject(raw);
  const type = own(wish, 'type');
  const isWish = (type === 'OPEN' || type === 'INTERNAL') && typeof own(wish, 'name') === 'string';
  return isWish ? (wish as unknown as BalancerWish) : undefined;
}

/** Short and readable, because people look at it. */
export function writeOwned({ owner, askedAtMs, ...rest }: OwnedBalancer): Record<string, string> {
  const { kind, namespace, name } = owner;
  const { proof, generation, wish, balancerId, isFound, isKept, isLeft, former } = rest;
  const askedAt = askedAtMs === undefined ? undefined : new Date(askedAtMs).toISOString();
  const entry = {
    kind,
    namespace,
    name,
    proof,
    generation,
    wish,
    askedAt,
    balancerId,
    isFound,
    isKept,
    isLeft,
    former,
  };
  return { [dataKey]: JSON.stringify(entry) };
}
