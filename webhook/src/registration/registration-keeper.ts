import type { RightToWrite } from '@clb-direct/certs/ensure-certificates.ts';
import { registrationName } from '@clb-direct/shared/domain/names.ts';
import { isNotFound, KubeError, patchType, type KubeApi } from '@clb-direct/shared/kube/kube-api.ts';
import { mutatingWebhookConfiguration, namespace as namespacePath } from '@clb-direct/shared/kube/paths.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { asObject, own, type RawObject } from '../admission/raw.ts';
import { compareRegistration, publishedBundle } from './compare-registration.ts';
import { renderRegistration, type RegistrationFacts, type RegistrationSettings } from './render-registration.ts';

/** What the registration must say now. */
export type RegistrationWish = Pick<RegistrationFacts, 'bundle' | 'eniDefault'>;

/** Looks after the registration; only the Lease holder may call `check`. */
export interface RegistrationKeeper {
  /** Compares and repairs. Returns what had to be repaired; a conflict is thrown: look again. */
  check(wish: RegistrationWish, held: RightToWrite): Promise<readonly string[]>;
  /** The bundle that API servers trust now, PEM; '' = none. */
  readPublishedBundle(signal: AbortSignal): Promise<string>;
}

const path = mutatingWebhookConfiguration(registrationName);

/** Binds the keeper to the one registration. Every call names it, so RBAC can be limited to that name. */
export function createRegistrationKeeper(o: {
  api: KubeApi;
  settings: RegistrationSettings;
  fieldManager: string;
  log: Log;
}): RegistrationKeeper {
  // Found out by writing: API servers before 1.28 refuse the field or drop it.
  let knowsMatchConditions = true;

  async function apply(facts: RegistrationFacts, signal: AbortSignal): Promise<RawObject> {
    const body = withVersion(renderRegistration(facts), facts.live);
    const query = { fieldManager: o.fieldManager, force: true };
    const contentType = patchType.apply;
    return o.api.call<RawObject>({ method: 'PATCH', path, query, contentType, body, signal });
  }

  async function applyAsUnderstood(facts: RegistrationFacts, signal: AbortSignal): Promise<RawObject> {
    try {
      return await apply(facts, signal);
    } catch (error) {
      if (!facts.knowsMatchConditions || !isUnknownField(error)) throw error;
      return apply({ ...facts, knowsMatchConditions: false }, signal);
    }
  }

  async function repair(facts: RegistrationFacts, drifts: readonly string[], signal: AbortSignal): Promise<void> {
    const answer = await applyAsUnderstood(facts, signal);
    const left = compareRegistration(answer, renderRegistration(facts));
    knowsMatchConditions = !left.includes('matchConditions');
    o.log.warn({ registration: registrationName, drifts }, 'the registration was repaired');
    const stubborn = left.filter((field) => field !== 'matchConditions');
    if (stubborn.length > 0)
      o.log.error({ fields: stubborn }, 'the API server changes these fields as they are written');
  }

  async function check(wish: RegistrationWish, held: RightToWrite) {
    const { signal } = held;
    const [namespace, live] = await Promise.all([
      readIfThere(o.api, namespacePath(o.settings.namespace), signal),
      readIfThere(o.api, path, signal),
    ]);
    const namespaceUid = livingUid(namespace);
    if (namespaceUid === undefined) return [];
    const facts = { ...wish, settings: o.settings, namespaceUid, knowsMatchConditions, live };
    const drifts = compareRegistration(live, renderRegistration(facts));
    if (drifts.length === 0) return drifts;
    if (!held.isHeld()) throw new Error('The Lease was lost before the registration was written.');
    await repair(facts, drifts, signal);
    return drifts;
  }

  return { check, readPublishedBundle: async (signal) => publishedBundle(await readIfThere(o.api, path, signal)) };
}

async function readIfThere(api: KubeApi, at: string, signal: AbortSignal): Promise<RawObject | undefined> {
  try {
    return await api.call<RawObject>({ method: 'GET', path: at, signal });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

// What belongs to a namespace that is going must not come back.
function livingUid(namespace: RawObject | undefined): string | undefined {
  const metadata = asObject(own(namespace, 'metadata'));
  const uid = own(metadata, 'uid');
  return own(metadata, 'deletionTimestamp') === undefined && typeof uid === 'string' ? uid : undefined;
}

function withVersion(rendered: RawObject, live: RawObject | undefined): RawObject {
  const resourceVersion = own(asObject(own(live, 'metadata')), 'resourceVersion');
  if (resourceVersion === undefined) return rendered;
  return { ...rendered, metadata: { ...asObject(own(rendered, 'metadata')), resourceVersion } };
}

// Server-side apply knows its schema and refuses other fields, where a PUT would drop them.
function isUnknownField(error: unknown): boolean {
  return error instanceof KubeError && /matchConditions.*field not declared in schema/.test(error.message);
}
