import { registrationName } from '@clb-direct/shared/domain/names.ts';
import { KubeError, patchType, type KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { mutatingWebhookConfiguration } from '@clb-direct/shared/kube/client/paths.ts';
import type { RawObject } from '@clb-direct/shared/domain/raw.ts';
import { readIfThere } from '@clb-direct/shared/kube/client/read-if-there.ts';
import type { OwnedObject, Repaired } from '../owned-object.ts';
import { compareRegistration, publishedBundle } from './compare-registration.ts';
import { mergeRegistration } from './merge-registration.ts';
import { renderRegistration, type RegistrationFacts, type RegistrationSettings } from './render-registration.ts';
import { pathInEntry } from './path-in-entry.ts';

/** What the registration must say now. */
export type RegistrationWish = Pick<RegistrationFacts, 'bundle' | 'network' | 'namespaceUid'>;

/** Reads the registration; only the leader may repair it. */
export interface RegistrationKeeper {
  read(wish: RegistrationWish, signal: AbortSignal): Promise<OwnedObject>;
  /** The bundle that API servers trust now, PEM; '' = none. */
  readPublishedBundle(signal: AbortSignal): Promise<string>;
}

const path = mutatingWebhookConfiguration(registrationName);
/** API servers are upgraded: a field that was unknown is tried again after this time. */
const unknownForMs = 3_600_000;

/** Binds the keeper to the one registration. Every call names it, so RBAC can be limited to that name. */
export function createRegistrationKeeper(o: {
  api: KubeApi;
  settings: RegistrationSettings;
  fieldManager: string;
}): RegistrationKeeper {
  // Found out by writing: API servers before 1.28 refuse the field or drop it.
  let unknownSince = -Infinity;
  const knowsMatchConditions = () => performance.now() - unknownSince > unknownForMs;

  // An apply may create under a name that RBAC allows, a POST may not.
  async function create(facts: RegistrationFacts, signal: AbortSignal): Promise<RawObject> {
    const body = renderRegistration(facts);
    const query = { fieldManager: o.fieldManager, force: true };
    try {
      return await o.api.call<RawObject>({ method: 'PATCH', path, query, contentType: patchType.apply, body, signal });
    } catch (error) {
      if (!facts.knowsMatchConditions || !isUnknownField(error)) throw error;
      return create({ ...facts, knowsMatchConditions: false }, signal);
    }
  }

  async function change(live: RawObject, facts: RegistrationFacts, signal: AbortSignal): Promise<RawObject> {
    const body = mergeRegistration(live, renderRegistration(facts));
    const query = { fieldManager: o.fieldManager };
    return o.api.call<RawObject>({ method: 'PATCH', path, query, contentType: patchType.merge, body, signal });
  }

  /** Written and read back: what the API server made of it counts. */
  async function repair(facts: RegistrationFacts, signal: AbortSignal): Promise<Repaired> {
    const written = await (facts.live === undefined ? create(facts, signal) : change(facts.live, facts, signal));
    const left = compareRegistration(written, renderRegistration(facts));
    if (left.includes('matchConditions')) unknownSince = performance.now();
    return { written, left };
  }

  async function read(wish: RegistrationWish, signal: AbortSignal): Promise<OwnedObject> {
    const live = await readIfThere(o.api, path, signal);
    const facts = { ...wish, settings: o.settings, knowsMatchConditions: knowsMatchConditions(), live };
    const drifts = compareRegistration(live, renderRegistration(facts));
    return { kind: 'registration', live, drifts, pathOf: pathInEntry, repair: (aborted) => repair(facts, aborted) };
  }

  return { read, readPublishedBundle: async (signal) => publishedBundle(await readIfThere(o.api, path, signal)) };
}

// Server-side apply knows its schema and refuses other fields, where a merge patch drops them.
function isUnknownField(error: unknown): boolean {
  return error instanceof KubeError && /matchConditions.*field not declared in schema/.test(error.message);
}
