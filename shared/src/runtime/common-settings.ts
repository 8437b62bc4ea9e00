import { defaultGateType } from '../domain/gate.ts';
import type { GateRule } from '../domain/gate-rule.ts';
import { flag, integer, list, oneOf, text, type Values } from './settings.ts';

/** No replica waits longer for a leader that is silent, whatever the Lease object itself says: anyone may write it. */
export const longestLeaseMs = 600_000;

/** What the API server takes for names; a malformed one would only be refused when it is used. */
export const namePatterns = {
  dnsLabel: /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  dnsName: /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/,
  qualified: /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/,
} as const;

/** Settings on which both programs must agree; they stand in one ConfigMap. */
export const commonSettings = {
  CLUSTER_ID: text({
    pattern: /^[a-z0-9][a-z0-9-]{2,15}$/,
    expects: "the cluster's id, 3 to 16 characters of a-z, 0-9 and -",
    example: 'cls-a1b2c3d4',
    help: 'id of this cluster, part of the name of every listener; unique for each cluster',
  }),
  REGION: text({
    pattern: /^[a-z]{2}-[a-z0-9-]+$/,
    expects: "a region's name",
    example: 'ap-guangzhou',
    help: 'region of the CLBs',
  }),
  VPC_ID: text({
    pattern: /^vpc-[a-z0-9]+$/,
    expects: "the VPC's id",
    example: 'vpc-a1b2c3d4',
    help: 'VPC of the cluster; an event reports a CLB in another one',
  }),
  GATE_TYPE: text({
    pattern: /^[a-z0-9.-]+\/[A-Za-z0-9._-]+$/,
    expects: 'a condition type with a domain',
    example: defaultGateType,
    default: defaultGateType,
    help: 'condition type of the readiness gate',
  }),
  ENI_DEFAULT: oneOf(['eni', 'not-eni', 'auto'], {
    default: 'auto',
    help: 'kind of pods without networks annotation and ENI resource; auto: by kube-system/tke-cni-agent-conf or eni',
  }),
  GATE_JOB_PODS: flag({ default: false, help: 'give the gate to pods of Jobs too' }),
  OPT_OUT_ANNOTATION: text({
    pattern: namePatterns.qualified,
    expects: 'an annotation key',
    default: 'clb-direct.io/gate',
    example: 'clb-direct.io/gate',
    help: 'pod annotation that keeps the gate away when it is "off"',
  }),
  OPT_OUT_NAMESPACE_LABEL: text({
    pattern: namePatterns.qualified,
    expects: 'a label key',
    default: 'clb-direct.io/gate',
    example: 'clb-direct.io/gate',
    help: 'namespace label that keeps the gate away when it is "off"',
  }),
  EXCLUDED_NAMESPACES: list({
    pattern: namePatterns.dnsLabel,
    expects: 'names of namespaces with commas between them',
    default: ['kube-system', 'kube-public', 'kube-node-lease'],
    example: 'kube-system,kube-public,kube-node-lease',
    help: 'namespaces whose pods never get the gate; the own namespace never does',
  }),
  OPS_HOST: text({ default: '0.0.0.0', example: '0.0.0.0', help: 'address of probes and metrics' }),
  OPS_PORT: integer({ min: 1, max: 65_535, default: 9090, help: 'port of probes and metrics' }),
  POD_NAMESPACE: text({ example: 'clb-direct', help: 'namespace of this program (downward API)' }),
  POD_NAME: text({ example: 'clb-direct-controller-5d4f', help: 'name of this pod (downward API)' }),
  LEASE_DURATION_MS: integer({
    min: 1_000,
    max: longestLeaseMs,
    default: 15_000,
    help: 'how long others wait without a renewal before they take the Lease over',
  }),
  LEASE_RENEW_DEADLINE_MS: integer({
    min: 500,
    max: 600_000,
    default: 10_000,
    help: 'how long the holder acts after its last renewal; less than LEASE_DURATION_MS',
  }),
  LEASE_RETRY_MS: integer({
    min: 100,
    max: 60_000,
    default: 2_000,
    help: 'pause between tries to get or renew the Lease',
  }),
};

/** Lease times that must grow in this order. */
export const leaseOrder = [
  ['LEASE_RENEW_DEADLINE_MS', 'LEASE_DURATION_MS'],
  ['LEASE_RETRY_MS', 'LEASE_RENEW_DEADLINE_MS'],
] as const;

/** The settings that both programs have, as they are read. */
export type CommonSettings = Values<typeof commonSettings>;

/** The part of a Lease's options that the settings give; `name` is the name of the Lease. */
export function leaseOptionsOf(settings: CommonSettings, name: string) {
  return {
    namespace: settings.POD_NAMESPACE,
    name,
    identity: settings.POD_NAME,
    durationMs: settings.LEASE_DURATION_MS,
    renewDeadlineMs: settings.LEASE_RENEW_DEADLINE_MS,
    retryMs: settings.LEASE_RETRY_MS,
  };
}

/** Which pods get the gate. The namespace of the programs never does: they must start before the webhook answers. */
export function gateRuleOf(settings: CommonSettings): GateRule {
  return {
    gateType: settings.GATE_TYPE,
    optOutAnnotation: settings.OPT_OUT_ANNOTATION,
    excludedNamespaces: [...settings.EXCLUDED_NAMESPACES, settings.POD_NAMESPACE],
    gateJobPods: settings.GATE_JOB_PODS,
  };
}
