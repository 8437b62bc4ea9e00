import type { Clock } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';
import { familyOf, inUrl } from '../state/address-family.ts';
import type { Health, Target } from '../state/model.ts';
import { listenerOrRule, placesOf, type BoundTarget, type Place } from '../state/place.ts';
import type { Store } from '../state/store.ts';
import type { Probe } from './probe.ts';
import type { ProbeRequest } from './probes/probe-request.ts';
import { afterProbe, unprobed } from './streak.ts';
import { agree } from './verdict.ts';

interface Options {
  store: Store;
  clock: Clock;
  random: Random;
  /** Divides intervals: 5 makes a check of 5 s run every second. */
  speed: number;
  /** One probing node for each address of the target's family; with none, one at an address that the kernel chooses. */
  sources: readonly string[];
  probe: Probe;
  /** What probes of this IP would say; undefined when they have to be sent. */
  healthByRule: (ip: string) => boolean | undefined;
  refuses: (at: BoundTarget) => boolean;
  signal: AbortSignal;
}

/** SourceIpType 0 asks for probes from the VIP; where no source is set, none may be bindable. */
function vipFor({ loadBalancer, target }: BoundTarget): string | undefined {
  return loadBalancer.vips.find((vip) => familyOf(vip) === familyOf(target.ip));
}

function requestOf(at: BoundTarget, source: string | undefined, speed: number) {
  const { listener, rule, target } = at;
  const { healthCheck: check } = listenerOrRule(at);
  const intervalMs = (check.IntervalTime * 1000) / speed;
  const request: ProbeRequest = {
    protocol: listener.protocol === 'UDP' ? 'udp' : 'tcp',
    ip: target.ip,
    port: check.CheckPort ?? target.port,
    check,
    domain: rule?.domains[0] ?? inUrl(target.ip),
    // A quick clock must not make probes impatient: on a busy machine a handshake may take a while.
    timeoutMs: Math.min(check.TimeOut * 1000, intervalMs),
    source: source !== undefined && check.SourceIpType === 0 ? vipFor(at) : source,
  };
  return { request, intervalMs };
}

/** A target of a state that was loaded is what it was until probes say something else. */
const knownHealth = ({ target: { health } }: BoundTarget): Health => (health === 'Close' ? 'Unknown' : health);

/** One node's probing of one target; `judged` is called with each state. The returned function ends it. */
function probeFrom(source: string | undefined, options: Options, at: BoundTarget, judged: (health: Health) => void) {
  const { clock, random, speed, probe, healthByRule, refuses, signal } = options;
  const { request, intervalMs } = requestOf(at, source, speed);
  let streak = { ...unprobed, health: knownHealth(at) };
  let stopped = false;

  async function tick(): Promise<void> {
    const startedAtMs = clock.now();
    const succeeded = healthByRule(at.target.ip) ?? (await probe(request));
    // Taken off (or refused) while the probe was under way: its result is ignored.
    if (stopped || signal.aborted) return;
    streak = afterProbe(streak, succeeded && !refuses(at), request.check);
    judged(streak.health);
    cancel = clock.after(Math.max(intervalMs - (clock.now() - startedAtMs), 0), () => void tick());
  }
  // Probing nodes are not in step with registration: the first probe comes at any time within one interval.
  let cancel = clock.after(random() * intervalMs, () => void tick());
  return () => {
    stopped = true;
    cancel();
  };
}

/** Probes one target from every node until it is taken off; the returned function does that. */
function probeTarget(options: Options, at: BoundTarget): () => void {
  const ofFamily = options.sources.filter((source) => familyOf(source) === familyOf(at.target.ip));
  const nodes = ofFamily.length > 0 ? ofFamily : [undefined];
  const verdicts = nodes.map(() => knownHealth(at));
  const ends = nodes.map((source, index) =>
    probeFrom(source, options, at, (health) => {
      verdicts[index] = health;
      options.store.setHealth(at, agree(verdicts, at.target.health));
    }),
  );
  return () => ends.forEach((end) => end());
}

/** Probes every bound target whose health check is on and writes what it finds into the state. */
export function startHealth(options: Options): void {
  const { store } = options;
  const probed = new Map<Target, () => void>();

  function end(target: Target): void {
    probed.get(target)?.();
    probed.delete(target);
  }
  function begin(at: BoundTarget): void {
    end(at.target);
    const isChecked = at.loadBalancer.started && listenerOrRule(at).healthCheck.HealthSwitch === 1;
    if (isChecked) probed.set(at.target, probeTarget(options, at));
    else store.setHealth(at, 'Close');
  }
  function restart(of: Place): void {
    listenerOrRule(of).targets.forEach((target) => {
      const at = { ...of, target };
      if (target.health === 'Close') store.setHealth(at, 'Unknown');
      begin(at);
    });
  }

  const running = new Map<string, boolean>();
  store.watch((change) => {
    if (change.kind === 'bound') begin(change.at);
    if (change.kind === 'unbound') end(change.at.target);
    if (change.kind === 'health-check') restart(change.of);
    if (change.kind === 'load-balancer') {
      const { id, started } = change.loadBalancer;
      if ((running.get(id) ?? true) !== started) placesOf(change.loadBalancer).forEach(restart);
      running.set(id, started);
    }
  });
}
