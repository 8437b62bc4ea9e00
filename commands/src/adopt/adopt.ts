import { answerTo, isOfAdoption, type IsAnswer } from './answer.ts';
import { ask, askingOf, read, untilCondition, type Found, type Place } from './ask.ts';
import { askedId, balancerOf, conditionOf, isAdopted, problemOf, type Condition, type RawOwner } from './owner-view.ts';

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

/** Whether everything serves by now, only the condition says. */
function howFar(owner: RawOwner, balancerId: string): string {
  const { status, message = 'the controller says nothing of it' } = conditionOf(owner) ?? {};
  if (status === 'True') return `${balancerId} is adopted already`;
  return `the adoption of ${balancerId} has begun and is not done: ${message}`;
}

/** Whether it can be done. Unless it is to be done now, the object says afterwards what it said before. */
async function showPlan(owner: RawOwner, balancerId: string, o: AdoptOptions, signal: AbortSignal): Promise<boolean> {
  const before = await untilForgotten(owner, o, signal);
  if (before === undefined) return isSilent(o);
  const { uid } = owner.metadata;
  let goesOn = false;
  try {
    await ask(o, uid, { managed: 'true', adopt: `plan ${balancerId}` }, signal);
    const isAnswer = answerTo({ before: before.condition, isAskedAgain: askedId(owner) === balancerId });
    const isPlan = await isShownAsPlan(isAnswer, o, signal);
    goesOn = isPlan && o.yes;
    return isPlan;
  } finally {
    if (!goesOn) await ask(o, uid, askingOf(owner), AbortSignal.timeout(withdrawMs));
  }
}

/** The answer to an earlier question is none to this. The controller takes it off an object that asks nothing. */
async function untilForgotten(owner: RawOwner, o: AdoptOptions, signal: AbortSignal): Promise<Found | undefined> {
  const condition = conditionOf(owner);
  if (askedId(owner) !== undefined || !isOfAdoption(condition)) return { condition };
  return untilCondition(o, { isEnough: (one) => !isOfAdoption(one), onNews, limitMs: o.answerMs }, signal);
}

function onNews(): void {
  // The events of the object tell what is only on its way.
}

async function isShownAsPlan(isEnough: IsAnswer, o: AdoptOptions, signal: AbortSignal): Promise<boolean> {
  let standing: string | undefined;
  const keep = ({ message }: Condition) => void (standing = message);
  const found = await untilCondition(o, { isEnough, onNews: keep, limitMs: o.answerMs }, signal);
  if (found?.condition === undefined) return isSilent(o, standing);
  o.say(found.condition.message);
  return found.condition.reason === 'AdoptionPlanned';
}

/** What stands there may be the reason: credentials that are refused, for example. */
function isSilent({ say }: AdoptOptions, standing?: string): false {
  say(standing === undefined ? silence : `${silence}; its condition stays: ${standing}`);
  return false;
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
