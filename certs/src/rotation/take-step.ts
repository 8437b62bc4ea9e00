import { inspectMaterial } from '../inspect-material.ts';
import { issueCa } from '../issue-certificates.ts';
import {
  dropCa,
  dropOldCas,
  makeEverything,
  publishNext,
  renewLeaf,
  switchToNext,
  trustToo,
  type Order,
} from '../make-material.ts';
import type { KeyedCertificate, Material } from '../material.ts';
import { noNext, type StoredCertificates } from '../secret-format.ts';
import type { NextFrom, RotationVerdict } from './judge-rotation.ts';
import { checkNextCa } from './check-next-ca.ts';
import { phaseOf, type StepKind } from './phase.ts';
import { currentCa } from './standing.ts';
import { readRequest, type RotationRequest } from './request.ts';

/** What a step is made from. */
export interface StepOptions extends Order {
  readonly hostName: string;
  /** What this replica serves: its CA can vouch for a new one when the Secret's cannot. */
  readonly memory: StoredCertificates | undefined;
  /** Bundles that API servers trust now, PEM. */
  readonly trusted: readonly string[];
}

/** Makes what the Secret has to hold after the step; nothing is written here. */
export async function takeStep(
  before: StoredCertificates,
  verdict: RotationVerdict,
  o: StepOptions,
): Promise<StoredCertificates> {
  if (verdict.step === 'wait') return before;
  return steps[verdict.step](before, verdict, o);
}

type Make = (before: StoredCertificates, verdict: RotationVerdict, o: StepOptions) => Promise<StoredCertificates>;

const steps: Readonly<Record<StepKind, Make>> = {
  publish,
  switch: (before, _, o) => switchOver(before, o),
  finish: (before, _, o) => Promise.resolve(finish(before, o)),
  'renew-leaf': (before, { reason }, o) => renew(before, reason, o),
  emergency: (before, { reason }, o) => emergency(before, reason, o),
  restore: (before, _, o) => Promise.resolve(restore(before, o)),
  trust: (before, { reason }, o) => Promise.resolve(trust(before, reason, o)),
  tidy: (before, { reason }, o) => Promise.resolve(tidy(before, reason, o)),
  refuse: (before, { reason }) => Promise.resolve(refuse(before, reason)),
  note: (before, { reason }, o) => Promise.resolve(note(before, reason, o)),
};

async function publish(
  before: StoredCertificates,
  verdict: RotationVerdict,
  o: StepOptions,
): Promise<StoredCertificates> {
  const generation = Math.max(before.rotation.generation, o.memory?.rotation.generation ?? 0) + 1;
  const { next, caSource } = await chooseNext(before, verdict.from, { ...o, generation });
  const request = servedBy(before, verdict.from);
  const settleMs = request?.settleMs === undefined ? '' : String(request.settleMs);
  const after = takeUp(before, request);
  const base = verdict.isRebuilt === true ? { ...noMaterial, bundle: o.trusted.join('') } : before.material;
  const rotation = { ...after.rotation, ...since(o), generation, reason: verdict.reason, settleMs, caSource };
  return { ...after, material: publishNext(base, next.certificate, o.nowMs), next, rotation };
}

const noMaterial: Material = { bundle: '', caKey: '', chain: '', leafKey: '' };

type Next = { readonly next: KeyedCertificate } & Pick<StoredCertificates['rotation'], 'caSource'>;

async function chooseNext(
  before: StoredCertificates,
  from: NextFrom | undefined,
  o: StepOptions & { generation: number },
): Promise<Next> {
  const isImport = readRequest(before.request).request?.kind === 'import';
  if (from === 'next') return { next: before.next, caSource: isImport ? 'imported' : before.rotation.caSource };
  const held = from === 'secret' ? before : from === 'memory' ? o.memory : undefined;
  if (held === undefined) return { next: await issueCa(o), caSource: 'made' };
  return {
    next: { certificate: currentCa(held.material), key: held.material.caKey },
    caSource: held.rotation.caSource,
  };
}

// Any new CA serves who asked for one; an import is served by its own CA only.
function servedBy(before: StoredCertificates, from: NextFrom | undefined): RotationRequest | undefined {
  const { request } = readRequest(before.request);
  const kind = from === 'next' ? 'import' : 'ca';
  return request?.kind === kind ? request : undefined;
}

async function switchOver(before: StoredCertificates, o: StepOptions): Promise<StoredCertificates> {
  const material = await switchToNext(before.material, before.next, o);
  return { ...before, material, next: noNext, rotation: { ...before.rotation, ...since(o) } };
}

function finish(before: StoredCertificates, o: StepOptions): StoredCertificates {
  const rotation = { ...before.rotation, ...since(o), settleMs: '' };
  return { ...before, material: dropOldCas(before.material), rotation };
}

async function renew(before: StoredCertificates, reason: string, o: StepOptions): Promise<StoredCertificates> {
  const { request } = readRequest(before.request);
  const after = request?.kind === 'leaf' ? takeUp(before, request) : before;
  return { ...after, material: await renewLeaf(before.material, o), rotation: { ...after.rotation, reason } };
}

function restore(before: StoredCertificates, o: StepOptions): StoredCertificates {
  const isImport = readRequest(before.request).request?.kind === 'import';
  const request = isImport ? '' : before.request;
  if (o.memory === undefined) return before;
  return { ...o.memory, request, material: trustToo(o.memory.material, o.trusted.join(''), o.nowMs) };
}

function trust(before: StoredCertificates, reason: string, o: StepOptions): StoredCertificates {
  const material = trustToo(before.material, o.trusted.join(''), o.nowMs);
  return { ...before, material, rotation: { ...before.rotation, ...since(o), reason } };
}

async function emergency(before: StoredCertificates, reason: string, o: StepOptions): Promise<StoredCertificates> {
  const generation = Math.max(before.rotation.generation, o.memory?.rotation.generation ?? 0) + 1;
  const trusted = [o.memory?.material.bundle ?? '', ...o.trusted];
  const previous = vouching(before.material, o);
  const material = await makeEverything({ ...o, generation, previous, trusted });
  const { request } = readRequest(before.request);
  const after = request?.kind === 'ca' ? takeUp(before, request) : before;
  const rotation = { ...after.rotation, ...since(o), generation, reason, caSource: 'made', settleMs: '' } as const;
  return { ...after, material, next: noNext, rotation };
}

// Which CA may vouch for the new one: the Secret's if it is sound, else the one in memory.
function vouching(material: Material, o: StepOptions): Material {
  const isSound = inspectMaterial(material, o.hostName).ca.problems.length === 0;
  return isSound ? material : (o.memory?.material ?? material);
}

function tidy(before: StoredCertificates, reason: string, o: StepOptions): StoredCertificates {
  const isPublished = phaseOf(before) === 'published';
  const isUseful = checkNextCa(before.next, o.nowMs, 0).length === 0;
  const next = isUseful ? before.next : noNext;
  const kept = isUseful ? before.material : dropCa(before.material, before.next.certificate);
  const rotation = isPublished && !isUseful ? { ...before.rotation, ...since(o), reason } : before.rotation;
  return { ...before, material: trustToo(kept, '', o.nowMs), next, rotation };
}

function refuse(before: StoredCertificates, problem: string): StoredCertificates {
  const { request } = readRequest(before.request);
  const next: KeyedCertificate = request?.kind === 'import' ? noNext : before.next;
  return { ...before, request: '', next, requestProblem: JSON.stringify({ id: request?.id ?? '', problem }) };
}

function note(before: StoredCertificates, reason: string, o: StepOptions): StoredCertificates {
  const { request } = readRequest(before.request);
  if (request === undefined) return { ...before, rotation: { ...before.rotation, ...since(o) } };
  const after = takeUp(before, request);
  return { ...after, rotation: { ...after.rotation, reason } };
}

// In the write that begins what was asked for, so that it begins once.
function takeUp(before: StoredCertificates, request: RotationRequest | undefined): StoredCertificates {
  if (request === undefined) return before;
  return { ...before, request: '', requestProblem: '', rotation: { ...before.rotation, lastRequest: request.id } };
}

function since({ nowMs }: StepOptions): { phaseSince: string } {
  return { phaseSince: new Date(nowMs).toISOString() };
}
