import type { Listener, LoadBalancer, Protocol, Rule, Target, WithTargets } from './model.ts';

/**
 * Where targets are bound: a rule of an HTTP or HTTPS listener, or a listener of another protocol, which has no rules.
 */
export interface Place {
  readonly loadBalancer: LoadBalancer;
  readonly listener: Listener;
  readonly rule?: Rule | undefined;
}

/** A place that is a rule. */
export interface RulePlace extends Place {
  readonly rule: Rule;
}

/** A target and its place. */
export interface BoundTarget extends Place {
  readonly target: Target;
}

/** The address of a target, which may be gone by now, and its place. */
export interface TargetAddress extends Place {
  readonly target: { readonly ip: string; readonly port: number };
}

/** The place itself: its rule, or its listener. */
export function listenerOrRule({ rule, listener }: Place): WithTargets {
  return rule ?? listener;
}

/** Every place of a load balancer. */
export function placesOf(loadBalancer: LoadBalancer): Place[] {
  return loadBalancer.listeners.flatMap((listener): Place[] =>
    isL7(listener.protocol)
      ? listener.rules.map((rule) => ({ loadBalancer, listener, rule }))
      : [{ loadBalancer, listener }],
  );
}

/** Every target of a load balancer, as often as it is bound. */
export function targetsOf(loadBalancer: LoadBalancer): Target[] {
  return placesOf(loadBalancer).flatMap((place) => listenerOrRule(place).targets);
}

/** Whether listeners of this protocol have rules. */
export function isL7(protocol: Protocol): boolean {
  return protocol === 'HTTP' || protocol === 'HTTPS';
}
