import { annotation, serviceFinalizer } from '@clb-direct/shared/domain/names.ts';
import { ask, askingOf, read, untilCondition, type Place } from './ask.ts';
import { balancerOf, conditionOf, problemOf, type Condition, type RawOwner } from './owner-view.ts';

export interface AdoptOptions extends Place {
  readonly balancerId: string | undefined;
  readonly yes: boolean;
  readonly say: (line: string) => void;
  /** How long the controller may take to answer, and then to bring about that pods serve. */
  readonly answerMs: number;
  readonly servingMs: number;
}

const withdrawMs = 20_000;
const silence = 'the controller did not answer: look whether it runs, and at the events of the object';

/** Shows the plan and, if asked to, carries it out. Returns the exit code. */
export async function adopt(o: AdoptOptions, signal: AbortSignal): Promise<number> {
  const owner = await read(o, signal);
  const balancerId = balancerOf(owner, o.kind, o.balancerId);
  const problem = problemOf(owner, o.kind, balancerId);
  if (problem !== undefined) throw new Error(`${o.kind} ${o.namespace}/${o.name}: ${problem}`);
  if (!isAdopted(owner) && !(await showPlan(owner, balancerId, o, signal))) return 1;
  if (!o.yes) {
    o.say(isAdopted(owner) ? howFar(owner, balancerId) : 'nothing was changed; do it with --yes');
    return 0;
  }
  await ask(o, owner.metadata.uid, { managed: 'true', adopt: balancerId }, signal);
  return untilServed(balancerId, o, signal);
}

/** The controller has begun, or has done it. */
function isAdopted({ metadata: { annotations = {}, finalizers = [] } }: RawOwner): boolean {
  const value = annotations[annotation.adopt] ?? 'plan';
  return finalizers.includes(serviceFinalizer) && !value.startsWith('plan');
}

/** Whether everything serves by now, only the condition says. */
function howFar(owner: RawOwner, balancerId: string): string {
  const { status, message = 'the controller says nothing of it' } = conditionOf(owner) ?? {};
  if (status === 'True') return `${balancerId} is adopted already`;
  return `the adoption of ${balancerId} has begun and is not done: ${message}`;
}

/** Whether it can be done. Unless it is to be done now, the object says afterwards what it said before. */
async function showPlan(owner: RawOwner, balancerId: string, o: AdoptOptions, signal: AbortSignal): Promise<boolean> {
  const before = askingOf(owner);
  const { uid } = owner.metadata;
  let goesOn = false;
  await untilForgotten(owner, o, signal);
  try {
    await ask(o, uid, { managed: 'true', adopt: `plan ${balancerId}` }, signal);
    const found = await untilCondition(o, { isEnough: isAnswer, onNews, limitMs: o.answerMs }, signal);
    o.say(found?.condition?.message ?? silence);
    const isPlan = found?.condition?.reason === 'AdoptionPlanned';
    goesOn = isPlan && o.yes;
    return isPlan;
  } finally {
    if (!goesOn) await ask(o, uid, before, AbortSignal.timeout(withdrawMs));
  }
}

/** What was answered before is no answer to this. The controller takes it off an object that does not ask for it. */
async function untilForgotten(owner: RawOwner, o: AdoptOptions, signal: AbortSignal): Promise<void> {
  if (conditionOf(owner) === undefined || owner.metadata.annotations?.[annotation.managed] === 'true') return;
  const isEnough = (condition: Condition | undefined) => condition === undefined;
  await untilCondition(o, { isEnough, onNews, limitMs: o.answerMs }, signal);
}

function onNews(): void {
  // The events of the object tell what is only on its way.
}

const passing: ReadonlySet<string> = new Set(['CloudThrottled', 'CloudUnavailable', 'LoadBalancerBusy']);

function isAnswer(condition: Condition | undefined): boolean {
  return condition !== undefined && !passing.has(condition.reason);
}

async function untilServed(balancerId: string, o: AdoptOptions, signal: AbortSignal): Promise<number> {
  const isEnough = (condition: Condition | undefined) => condition?.status === 'True';
  const tell = ({ reason, message }: Condition) => {
    if (reason !== 'AdoptionPlanned') o.say(message);
  };
  const found = await untilCondition(o, { isEnough, onNews: tell, limitMs: o.servingMs }, signal);
  o.say(found === undefined ? 'it is not done yet; the controller goes on' : `${balancerId} is adopted`);
  return found === undefined ? 1 : 0;
}
