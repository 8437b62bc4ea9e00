/** What answers the requests; app/proof-app.ts has each. `ingress` is `http` behind a rule of an Ingress. */
export type App = 'http' | 'http-at-once' | 'tcp' | 'udp' | 'ingress';

const forms = [
  'surge-100',
  'no-surge',
  'stateful-set',
  'daemon-set',
  'scale-by-half',
  'selector-switch',
  'drain-node',
  'several-owners',
  'another-clb',
  'nodes-and-back',
] as const;

export type RolloutForm = 'rolling' | (typeof forms)[number];

/** What the emulated CLB does wrong, as PUT /faults takes it, or what happens once, amid each rollout. */
export type Fault =
  | { readonly kind: 'none' }
  | { readonly kind: 'cloud'; readonly faults: readonly Readonly<Record<string, unknown>>[] }
  | { readonly kind: 'kill-leader' | 'kill-webhook' | 'roll-programs' }
  | { readonly kind: 'lose-node'; readonly forMs: number }
  | { readonly kind: 'freeze'; readonly program: 'leader' | 'kube-apiserver' | 'etcd'; readonly forMs: number };

export interface Row {
  readonly name: string;
  readonly app: App;
  readonly rollout: RolloutForm;
  readonly fault: Fault;
  /** Parts of the product that this row goes without. A pod that is not drained before its deletion is the default. */
  readonly without?: 'gate' | 'drain-before-delete';
  /** A negative control: it must lose requests, or the harness is blind. */
  readonly mustLose?: true;
  /** Why this row may lose requests; null: it may not. */
  readonly allowed: string | null;
}

const cloud = (...faults: readonly Readonly<Record<string, unknown>>[]): Fault => ({ kind: 'cloud', faults });
const weights = { action: 'BatchModifyTargetWeight' };

/** By name. Shorter than the grace period of the pods, or as long as a rollout. */
const faults = {
  none: { kind: 'none' },
  'slow-api': cloud({ kind: 'latency', ...weights, delayMs: 3_000, when: 'before' }),
  'slow-registration': cloud({ kind: 'latency', action: 'BatchRegisterTargets', delayMs: 8_000, when: 'before' }),
  'throttled-api': cloud({ kind: 'throttle', perSecond: 1 }),
  'failing-api': cloud({ kind: 'http-status', status: 503, when: 'before', probability: 0.3 }),
  'lost-answers': cloud({ kind: 'reset', when: 'after', probability: 0.3 }),
  'partial-failures': cloud({ kind: 'partial-failure', message: 'internal error', probability: 0.3 }),
  'silent-failures': cloud({ kind: 'silent-failure', ...weights, probability: 0.5 }),
  'failing-tasks': cloud({ kind: 'task-failure', message: 'internal error', probability: 0.3 }),
  'stale-reads': cloud({ kind: 'stale-reads', ageMs: 5_000 }),
  'flapping-health': cloud({ kind: 'health-flap', downMs: 4_000, upMs: 4_000 }),
  'leader-killed': { kind: 'kill-leader' },
  'leader-frozen': { kind: 'freeze', program: 'leader', forMs: 40_000 },
  'webhook-killed': { kind: 'kill-webhook' },
  'both-rolled': { kind: 'roll-programs' },
  'api-server-frozen': { kind: 'freeze', program: 'kube-apiserver', forMs: 10_000 },
  'etcd-frozen': { kind: 'freeze', program: 'etcd', forMs: 10_000 },
  'node-lost': { kind: 'lose-node', forMs: 60_000 },
} as const satisfies Record<string, Fault>;

const apps: readonly App[] = ['http', 'http-at-once', 'tcp', 'udp', 'ingress'];

/** Nobody can answer what is on its way to a machine that is gone. */
const lawOfNature = 'what goes to a node that is lost, until the CLB calls its pods Dead';

function row(app: App, rollout: RolloutForm, fault: keyof typeof faults, more: Partial<Row> = {}): Row {
  const allowed = fault === 'node-lost' ? lawOfNature : null;
  return { name: `${app}/${rollout}/${fault}`, app, rollout, fault: faults[fault], allowed, ...more };
}

/** Each part removed once. Without a gate Kubernetes ends old pods before the CLB sends to new ones. */
const controls: readonly Row[] = [
  row('http', 'surge-100', 'slow-registration', { name: 'control/no-gate', without: 'gate', mustLose: true }),
  {
    ...row('http-at-once', 'rolling', 'none'),
    name: 'control/no-drain',
    // The CLB says yes to each weight 0, and does nothing: as if nobody asked for it.
    fault: cloud({ kind: 'silent-failure', ...weights }),
    without: 'drain-before-delete',
    mustLose: true,
  },
  row('http-at-once', 'rolling', 'slow-api', {
    name: 'control/no-holding',
    without: 'drain-before-delete',
    mustLose: true,
  }),
];

const named = Object.keys(faults) as (keyof typeof faults)[];

export const rows: readonly Row[] = [
  ...controls,
  ...apps.map((app) => row(app, 'rolling', 'none')),
  ...forms.map((form) => row('http', form, 'none')),
  ...named.filter((fault) => fault !== 'none').flatMap((fault) => apps.map((app) => row(app, 'rolling', fault))),
];

/** What the test run has of them: the most telling ones that are short, on one node. */
const inTests: ReadonlySet<string> = new Set([
  ...['control/no-drain', 'control/no-holding', 'http/rolling/none', 'tcp/rolling/none', 'udp/rolling/none'],
  ...['ingress/rolling/none', 'http/no-surge/none', 'http-at-once/rolling/slow-api', 'http/rolling/lost-answers'],
  ...['http-at-once/rolling/silent-failures', 'http-at-once/rolling/leader-killed', 'http/rolling/api-server-frozen'],
]);

export const rowsInTests: readonly Row[] = rows.filter(({ name }) => inTests.has(name));

/** Those whose name has one of the words; all of them without a word. */
export function rowsNamed(words: readonly string[], all: readonly Row[] = rows): readonly Row[] {
  return words.length === 0 ? all : all.filter(({ name }) => words.some((word) => name.includes(word)));
}
