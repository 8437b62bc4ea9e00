import type { ClbWrites } from '../../core/model/clb-port.ts';
import type { StepOf } from '../../core/model/step.ts';
import { chunks } from '../codec/chunks.ts';
import { toDeleteRewriteRequest, toManualRewriteRequest } from '../codec/redirects.ts';
import { requireIds } from '../guards.ts';
import { namesOf } from './purpose.ts';
import type { WriteCalls } from './write-calls.ts';

type RedirectWrites = Pick<ClbWrites, 'createRedirects' | 'deleteRedirects'>;

export function createRedirectWrites(write: WriteCalls): RedirectWrites {
  return {
    async createRedirects(id, steps, signal) {
      requireIds('ManualRewrite', [id, ...steps.flatMap(idsOf)]);
      for (const [first, ...others] of byEnds(steps)) {
        const some = [first, ...others];
        const purpose = `redirect ${namesOf('rule', some)} on ${id}`;
        const request = toManualRewriteRequest(id, some, first);
        await write.untilDone({ action: 'ManualRewrite', purpose, request }, signal);
      }
    },
    async deleteRedirects(id, steps, signal) {
      requireIds('DeleteRewrite', [id, ...steps.flatMap(idsOf)]);
      for (const [first, ...others] of byEnds(steps)) {
        const some = [first, ...others];
        const purpose = `delete the redirect of ${namesOf('rule', some)} on ${id}`;
        const request = toDeleteRewriteRequest(id, some, first);
        await write.untilDone({ action: 'DeleteRewrite', purpose, request }, signal);
      }
    },
  };
}

type Redirected = StepOf<'create-redirect' | 'delete-redirect'>;

/** The most redirects of one call are not documented. */
const mostRedirects = 50;

/** A call takes redirects from one listener to one other. */
function byEnds<S extends Redirected>(steps: readonly S[]): readonly (readonly [S, ...S[]])[] {
  const groups = Map.groupBy(steps, ({ listenerId, to }) => `${listenerId} ${to.listenerId}`);
  return [...groups.values()]
    .flatMap((group) => chunks(group, mostRedirects))
    .flatMap(([first, ...others]) => {
      return first === undefined ? [] : [[first, ...others] as const];
    });
}

function idsOf({ listenerId, locationId, to }: Redirected): readonly string[] {
  return [listenerId, locationId, to.listenerId, to.locationId];
}
