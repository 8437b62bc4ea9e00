import { isPodBinding, portOn, type Binding, type PodBinding } from '../model/binding.ts';
import type { HttpProbe } from '../model/http-probe.ts';
import { isRule } from '../model/place.ts';
import { stageOf, type PodView } from '../model/pod-view.ts';
import type { HealthCheck } from '../model/settings.ts';
import type { Claim } from './facts.ts';

type PodsOf = (binding: Binding) => readonly PodView[];

/**
 * The same claims, in which the check of a rule asks what the readiness probe of its pods asks, unless somebody chose a
 * check. While the pods differ, as during a rollout that changes the probe, the check is one that each of them passes.
 */
export function withProbeChecks(claims: readonly Claim[], podsOf: PodsOf): readonly Claim[] {
  return claims.map(({ owner, bindings }) => ({ owner, bindings: bindings.map((one) => withCheck(one, podsOf)) }));
}

function withCheck(binding: Binding, podsOf: PodsOf): Binding {
  const { healthCheck = {} } = binding.ruleSettings;
  if (!isRule(binding.place) || !isPodBinding(binding) || isChosen(healthCheck)) return binding;
  const check = checkFor(binding, podsOf(binding));
  if (check === undefined) return binding;
  const ruleSettings = { ...binding.ruleSettings, healthCheck: { ...check, ...healthCheck } };
  return { ...binding, ruleSettings, hasProbeCheck: true };
}

/** Somebody said more of it than the host that a wildcard needs. */
function isChosen(check: HealthCheck): boolean {
  return Object.keys(check).some((name) => name !== 'HttpCheckDomain');
}

/** Kubernetes takes 200 to 399 for success: 2 and 4 (doc 214/30694). 31 is any status. */
const [success, any] = [6, 31];

const neutral: HealthCheck = { HttpCheckPath: '/', HttpCode: any };

function checkFor(binding: PodBinding, pods: readonly PodView[]): HealthCheck | undefined {
  const living = pods.filter((pod) => ['ready', 'unready'].includes(stageOf(pod)));
  const probes = living.map((pod) => probeAt(pod, binding));
  const distinct = new Map(probes.map((probe) => [JSON.stringify(probe), probe]));
  if (distinct.size > 1) return neutral;
  const [probe] = distinct.values();
  if (probe === undefined) return undefined;
  const host = probe.host === undefined ? {} : { HttpCheckDomain: probe.host };
  return { HttpCheckMethod: 'GET', HttpCheckPath: probe.path, HttpCode: success, ...host };
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
