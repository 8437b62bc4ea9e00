import { newId } from '../../state/ids.ts';
import type { Listener, LoadBalancer, Rule } from '../../state/model.ts';
import { plainListener } from '../../state/plain.ts';
import { defineAction, type ActionContext, type RequestOf } from '../parts/action.ts';
import { startTask } from '../parts/start-task.ts';
import { toHealthCheck } from '../parts/health-check.ts';
import { requireDomain, requireNamedListener } from '../parts/lookup.ts';
import { settleDefaultServer } from '../parts/default-domain.ts';
import { checkSources, findHttp, findSource, httpPort, requireHttps } from './auto-rewrite-checks.ts';

function newListener({ store, random, clock }: ActionContext): Listener {
  return {
    ...plainListener,
    id: newId('lbl', { store, random }),
    name: '',
    protocol: 'HTTP',
    port: httpPort,
    endPort: 0,
    createdAtMs: clock.now(),
    healthCheck: toHealthCheck({}, { protocol: 'HTTP' }),
    targets: [],
    rules: [],
  };
}

/** The HTTP listener on port 80, which is made when there is none. */
function httpListenerOf(loadBalancer: LoadBalancer, context: ActionContext): Listener {
  const found = findHttp(loadBalancer);
  if (found) return found;
  const made = newListener(context);
  context.store.addListener(loadBalancer, made);
  return made;
}

function sourceOf(target: Rule, listener: Listener, { store, random, clock }: ActionContext): Rule {
  const same = findSource(target, listener);
  if (same) return same;
  const healthCheck = toHealthCheck({}, { protocol: 'HTTP', domain: target.domains[0] });
  const own = { id: newId('loc', { store, random }), createdAtMs: clock.now(), healthCheck, targets: [] };
  return { ...target, ...own, certificate: null, http2: false, quic: false, forwardType: 'HTTP', defaultServer: false };
}

function rewriteOf(request: RequestOf<'AutoRewrite'>, target: Rule) {
  const at = request.Domains?.findIndex((domain) => target.domains.includes(domain)) ?? -1;
  return {
    listenerId: request.ListenerId,
    locationId: target.id,
    code: Number(request.RewriteCodes?.[at] ?? 301),
    takesUrl: request.TakeUrls?.[at] ?? true,
    isAuto: true,
  };
}

/** Every rule of the HTTPS listener gets one on HTTP port 80 that redirects to it. */
export const autoRewrite = defineAction('AutoRewrite', (request, context) => {
  const { loadBalancer, listener: https } = requireNamedListener(context, request);
  requireHttps(https);
  const targets = request.Domains?.length
    ? [...new Set(request.Domains.flatMap((domain) => requireDomain(https, domain)))]
    : [...https.rules];
  checkSources(loadBalancer, targets, context);
  const { store } = context;
  startTask(context, [loadBalancer.id], () => {
    const listener = httpListenerOf(loadBalancer, context);
    for (const target of targets) {
      const rule = sourceOf(target, listener, context);
      if (!listener.rules.includes(rule)) store.addRule(loadBalancer, listener, rule);
      store.changeRule({ loadBalancer, listener, rule }, { rewrite: rewriteOf(request, target) });
    }
    settleDefaultServer(store, loadBalancer, listener);
  });
  return {};
});
