import { CloudError } from '../core/model/cloud-error.ts';
import { aTarget } from './builders.ts';
import type { FakeClb } from './fake-clb.ts';
import { isOthers, isTeams } from './modelled-places.ts';
import { aRulePlace, deleteRule } from './steps.ts';

/** What somebody does to our listeners in the console. */
/** No owner asks for it. */
export const editedWeight = 33;

export type Edit = 'weights' | 'targets' | 'listener' | 'rule' | 'stranger';

/** Where nothing of this cluster answers. */
export const strangerIp = '10.8.8.8';

/** `isLeft`: of listeners that nobody edits. */
export function editByHand(edit: Edit, clb: FakeClb, isLeft: (listenerId: string) => boolean): void {
  for (const [id, balancer] of clb.balancers) {
    const own = [...balancer.targets].filter(([, target]) => !isOthers(target) && !isLeft(target.listenerId));
    const listeners = clb.listenersOf(id).filter((one) => !isTeams(one.id) && !isOthers({ listenerId: one.id }));
    const listener = listeners.find((one) => !isLeft(one.id));
    if (edit === 'weights')
      for (const [key, target] of own) balancer.targets.set(key, { ...target, weight: editedWeight });
    else if (edit === 'targets') for (const [key] of own.slice(0, 1)) balancer.targets.delete(key);
    else if (listener !== undefined) editListener(edit, { clb, id, listenerId: listener.id });
  }
}

interface At {
  readonly clb: FakeClb;
  readonly id: string;
  readonly listenerId: string;
}

function editListener(edit: Edit, { clb, id, listenerId }: At): void {
  const balancer = clb.balancers.get(id);
  const rule = balancer?.listeners.get(listenerId)?.rules[0];
  const place = { listenerId, locationId: rule?.locationId };
  if (edit === 'stranger') clb.addTarget(id, aTarget({ ...place, ip: strangerIp, port: 9, tag: undefined }), 'Dead');
  if (edit === 'listener') unlessRefused(() => balancer?.deleteListener(listenerId));
  if (edit !== 'rule' || rule === undefined) return;
  const step = deleteRule({ listenerId, place: aRulePlace('', '/') }, rule.locationId);
  unlessRefused(() => balancer?.deleteRule(step));
}

/** What a redirect leads to is not deleted. */
function unlessRefused(call: () => void): void {
  try {
    call();
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
  }
}
