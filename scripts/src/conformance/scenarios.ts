import { backendScenarios } from './backend-scenarios.ts';
import { changeScenarios } from './change-scenarios.ts';
import { exampleScenarios } from './example-scenarios.ts';
import { hostScenarios } from './host-scenarios.ts';
import { pathScenarios } from './path-scenarios.ts';
import type { Exception, Scenario } from './scenario.ts';
import { tlsScenarios } from './tls-scenarios.ts';

export const scenarios: readonly Scenario[] = [
  ...exampleScenarios,
  ...pathScenarios,
  ...hostScenarios,
  ...backendScenarios,
  ...tlsScenarios,
  ...changeScenarios,
].map((make, index) => make(index + 1));

/** What a CLB cannot do, or not as a reader of Kubernetes' documentation may expect it. */
export const exceptions: readonly Exception[] = [
  {
    name: 'A path may have any letters.',
    why:
      'A CLB takes only a-z, A-Z, 0-9 and . _ - / = : in a path (doc 214/9032), and 199 of them; ' +
      'another path is left out (`PathUnsupported`), and its requests go to a shorter path, or get 404.',
  },
  {
    name: 'A host may have 253 letters.',
    why: 'A CLB takes 80, and about 60 after "*."; another host is left out (`HostUnsupported`).',
  },
  {
    name: 'An Exact "/foo/" leaves "/foo" alone.',
    why: 'It gets 404 in the emulator; the documents of the CLB promise 301 to "/foo/" for prefixes only.',
  },
  {
    name: 'The status of a request without a backend is left to the controller.',
    why: 'It is that of the CLB: 404 without a rule, 503 in the emulator for a rule without targets.',
  },
  {
    name: 'A path may be encoded, as "/foo%2Fbar".',
    why:
      'The documents of the CLB do not say whether it compares what is encoded or what is meant. The emulator ' +
      'compares what the request has; nginx, which a CLB resembles, what is meant. The scenarios hold either way.',
  },
  {
    name: 'A host in spec.tls may be asked by HTTP too.',
    why:
      'It is served by HTTPS alone, as on TKE; with `kubernetes.io/ingress.rule-mix-both: "true"` by HTTP too ' +
      '([Ingresses](operations.md#ingresses)).',
  },
];
