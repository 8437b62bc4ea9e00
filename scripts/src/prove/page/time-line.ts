import type { Seen, SeenPod, TargetChange } from '../figures.ts';
import { bar, escapeText, text, upright } from './shapes.ts';

const width = 1_000;
const left = 190;
const rowHeight = 34;
const mostPods = 14;
/** The first rollout is shown, and no more. */
const longestMs = 150_000;

const colors = {
  exists: ['#ccc', 'pod exists'],
  ready: ['#fd6', 'containers ready, gate closed'],
  open: ['#6c6', 'gate open'],
  ending: ['#e96', 'ending'],
  serving: ['#48f', 'Alive with a weight on the CLB'],
  answers: ['#444', 'answers each second'],
  lost: ['#d00', 'a lost request'],
} as const;

/**
 * One rollout as a picture (SVG): for each pod its life, its gate, when the CLB sends to it, and the answers that it
 * gave each second.
 */
export function timeLine(title: string, seen: Seen): string {
  const { load, pods, fromMs } = seen;
  const endMs = Math.min(seen.toMs, fromMs + longestMs);
  const shown = pods.filter(({ createdAtMs }) => createdAtMs < endMs).slice(0, mostPods);
  const perMs = (width - left - 10) / (endMs - fromMs);
  const x = (atMs: number) => left + (Math.min(Math.max(atMs, fromMs), endMs) - fromMs) * perMs;
  const height = 90 + shown.length * rowHeight;
  const marks = Array.from({ length: Math.floor((endMs - fromMs) / 10_000) + 1 }, (_, index) => index * 10);
  const losses = load.losses.filter(({ atMs }) => atMs < endMs);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="10">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text({ x: 10, y: 20 }, `${escapeText(title)}: pods, gates, weights and answers`),
    ...legend(),
    ...shown.flatMap((pod, index) => podLine(pod, 50 + index * rowHeight, { ...seen, x, endMs })),
    ...marks.map((seconds) => text({ x: x(fromMs + seconds * 1_000), y: height - 20 }, `${seconds} s`)),
    ...losses.map(({ atMs }) => upright(x(atMs), { from: 45, to: height - 35 }, colors.lost[0])),
    '</svg>\n',
  ].join('\n');
}

function legend(): readonly string[] {
  return Object.values(colors).flatMap(([color, meaning], index) => [
    bar({ x: 10 + index * 140, y: 28, width: 10, height: 9 }, color),
    text({ x: 24 + index * 140, y: 37 }, meaning),
  ]);
}

interface Drawing extends Pick<Seen, 'load' | 'changes'> {
  readonly x: (atMs: number) => number;
  readonly endMs: number;
}

type Span = readonly [number | undefined, number | undefined];

function podLine(pod: SeenPod, y: number, { load, changes, x, endMs }: Drawing): readonly string[] {
  const drawn = ([from, to = endMs]: Span, [color]: readonly [string, string], [top, height]: [number, number]) =>
    from === undefined ? [] : [bar({ x: x(from), y: y + top, width: x(to) - x(from), height }, color)];
  const { goneAtMs, endingAtMs } = pod;
  const answers = load.answers.filter(([second, name]) => name === pod.name && second * 1_000 < endMs);
  return [
    text({ x: 10, y: y + 9 }, escapeText(pod.name.slice(-28))),
    ...drawn([pod.createdAtMs, goneAtMs], colors.exists, [0, 9]),
    ...drawn([pod.containersReadyAtMs, goneAtMs], colors.ready, [0, 9]),
    ...drawn([pod.gateAtMs, endingAtMs], colors.open, [0, 9]),
    ...drawn([endingAtMs, goneAtMs], colors.ending, [0, 9]),
    ...drawn(servingOf(pod, changes), colors.serving, [10, 4]),
    ...answers.flatMap(([second, , count]) => {
      const height = Math.min(11, count / 4);
      return drawn([second * 1_000, second * 1_000 + 600], colors.answers, [26 - height, height]);
    }),
  ];
}

/** From when to when the CLB sends new connections to it. */
function servingOf({ ip }: SeenPod, changes: readonly TargetChange[]): Span {
  const own = changes.filter((change) => change.ip === ip);
  const from = own.find(({ what }) => what === 'Alive')?.atMs;
  const end = own.find(({ what, atMs }) => atMs >= (from ?? Infinity) && (what === 'weight 0' || what === 'Dead'));
  return [from, end?.atMs];
}
