import { isPodBinding, portOn, type Binding, type PodBinding } from '../model/binding.ts';
import type { HttpProbe } from '../model/http-probe.ts';
import { isUnderTraffic, ourPlaces, type ObservedLoadBalancer, type ObservedPlace } from '../model/observed.ts';
import { isRule, placeKey } from '../model/place.ts';
import { addressesOf, hasClosedGate, stageOf, type PodView } from '../model/pod-view.ts';
import { changedSettings, type HealthCheck } from '../model/settings.ts';
import type { Claim } from './facts.ts';

interface Known {
  readonly podsOf: (binding: Binding) => readonly PodView[];
  readonly observed: ObservedLoadBalancer;
}

/**
 * The same claims, in which the check of a rule asks what the readiness probe of its pods asks, unless somebody chose a
 * check. While the pods differ, as during a rollout that changes the probe, the check is one that each of them passes.
 *
 * A check that changes begins anew, and the CLB sends nothing to any target until it has passed. So while targets carry
 * traffic the one that stands stays, unless new pods fail it: they would wait for ever.
 */
export function withProbeChecks(claims: readonly Claim[], { podsOf, observed }: Known): readonly Claim[] {
  const standing = new Map(ourPlaces(observed).map(([, one]) => [placeKey(one.place), one]));
  return claims.map(({ owner, bindings }) => ({
    owner,
    bindings: bindings.map((one) => withCheck(one, podsOf(one), standing.get(placeKey(one.place)))),
  }));
}

function withCheck(binding: Binding, pods: readonly PodView[], standing: ObservedPlace | undefined): Binding {
  if (!isPodBinding(binding) || !isFree(binding)) return binding;
  const living = pods.filter((pod) => ['ready', 'unready'].includes(stageOf(pod)));
  const isHeld = living.some((pod) => isHeldUp(pod, binding, standing));
  const probed = checkFor(living.map((pod) => probeAt(pod, binding)));
  const check = probed ?? (isHeld && isOfProbe(standing) ? neutral : undefined);
  if (check === undefined) return binding;
  const healthCheck = { ...check, ...binding.ruleSettings.healthCheck };
  const waits = !isHeld && changesUnderTraffic(healthCheck, standing);
  if (waits) return check === neutral ? binding : { ...binding, probeCheck: 'waits' };
  return { ...binding, ruleSettings: { ...binding.ruleSettings, healthCheck }, probeCheck: 'asked' };
}

/** A rule of which nobody chose the check. */
function isFree({ place, ruleSettings: { healthCheck = {} }, isConfigUnknown }: Binding): boolean {
  return isRule(place) && isConfigUnknown !== true && !isChosen(healthCheck);
}

function changesUnderTraffic(healthCheck: HealthCheck, standing: ObservedPlace | undefined): boolean {
  return standing !== undefined && isUnderTraffic(standing) && differs(healthCheck, standing);
}

function differs(healthCheck: HealthCheck, { settings }: ObservedPlace): boolean {
  return Object.keys(changedSettings({ healthCheck }, settings)).length > 0;
}

/**
 * A new pod that is ready by its own probe, and Dead by another check, so that its gate waits. One whose gate is open
 * has passed that check before: it is not well. For one without a gate nothing waits.
 */
function isHeldUp(pod: PodView, binding: PodBinding, standing: ObservedPlace | undefined): boolean {
  if (standing === undefined || stageOf(pod) !== 'ready' || !hasClosedGate(pod)) return false;
  const [ips, port] = [addressesOf(pod), portOn(pod, binding.backends)];
  const targets = [...standing.targets.values()].filter((one) => one.port === port && ips.includes(one.ip));
  const isDead = targets.some(({ weight, health }) => weight > 0 && health === 'Dead');
  return isDead && differs(checkOf(probeAt(pod, binding)), standing);
}

/** Somebody said more of it than the host that a wildcard needs. */
function isChosen(check: HealthCheck): boolean {
  return Object.keys(check).some((name) => name !== 'HttpCheckDomain');
}

/** Kubernetes takes 200 to 399 for success: 2 and 4 (doc 214/30694). 31 is any status. */
const [success, any] = [6, 31];

const neutral: HealthCheck = { HttpCheckPath: '/', HttpCode: any };

function checkFor(probes: readonly (HttpProbe | undefined)[]): HealthCheck | undefined {
  const [first, ...others] = new Map(probes.map((probe) => [JSON.stringify(probe), probe])).values();
  if (others.length > 0) return neutral;
  return first === undefined ? undefined : checkOf(first);
}

function checkOf(probe: HttpProbe | undefined): HealthCheck {
  if (probe === undefined) return neutral;
  const host = probe.host === undefined ? {} : { HttpCheckDomain: probe.host };
  return { HttpCheckMethod: 'GET', HttpCheckPath: probe.path, HttpCode: success, ...host };
}

/** As only a probe, or somebody with the same in mind, has it: pods that have none now may not pass it. */
function isOfProbe(standing: ObservedPlace | undefined): boolean {
  const { HttpCheckMethod, HttpCode } = standing?.settings.healthCheck ?? {};
  return HttpCheckMethod === 'GET' && HttpCode === success;
}

/** Of the port that is the target, if a CLB can ask the same (HealthCheck, doc 214/30694). */
function probeAt(pod: PodView, { backends }: PodBinding): HttpProbe | undefined {
  const port = portOn(pod, backends);
  return pod.httpProbes?.find((probe) => probe.port === port && pathForm.test(probe.path) && isHost(probe.host));
}

const pathForm = /^\/[A-Za-z0-9./_=:-]{0,199}$/;

function isHost(host: string | undefined): boolean {
  return host === undefined || /^[a-z0-9][a-z0-9.-]{0,79}$/.test(host);
}
