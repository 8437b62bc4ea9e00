import type { Health, LoadBalancer, Target } from '../../state/model.ts';
import { listenerOrRule, placesOf, type Place } from '../../state/place.ts';
import { html, nothing, timeOf, type Html } from './html.ts';

/** More would make the page slow and are not read. */
const mostTargets = 200;

const healthClasses: Record<Health, string> = { Alive: 'good', Dead: 'bad', Unknown: 'wait', Close: 'quiet' };

function renderTarget(target: Target): Html {
  const { ip, port, weight, health, registeredAtMs } = target;
  return html`<td><code>${ip}:${port}</code></td>
    <td class="number">${weight}</td>
    <td class="${healthClasses[health]}">${health}</td>
    <td class="quiet">${timeOf(registeredAtMs)}</td>`;
}

function renderPlaceName({ listener, rule }: Place): Html {
  const { protocol, port, endPort, name, id, scheduler } = listener;
  const ports = endPort > 0 ? `${port}-${endPort}` : String(port);
  const where = rule
    ? html`<br />${rule.domains.join(', ')}${rule.url} <code class="quiet">${rule.id}</code>`
    : nothing;
  return html`<b>${protocol}:${ports}</b> ${name} <code class="quiet">${id}</code>
    <span class="quiet">${rule?.scheduler ?? scheduler}</span>${where}`;
}

function renderPlace(place: Place): Html {
  const { targets } = listenerOrRule(place);
  const shown = targets.slice(0, mostTargets);
  const more = targets.length - shown.length;
  const height = Math.max(shown.length + (more > 0 ? 1 : 0), 1);
  const name = html`<td rowspan="${height}">${renderPlaceName(place)}</td>`;
  const [first, ...rest] = shown;
  return html`<tr>
      ${name}${first ? renderTarget(first) : html`<td class="quiet" colspan="4">no targets</td>`}
    </tr>
    ${rest.map(
      (target) =>
        html`<tr>
          ${renderTarget(target)}
        </tr>`,
    )}
    ${
      more > 0
        ? html`<tr>
            <td class="quiet" colspan="4">and ${more} more</td>
          </tr>`
        : nothing
    }`;
}

/** The places of a load balancer, and its HTTP and HTTPS listeners that have no rules yet. */
function shownPlacesOf(loadBalancer: LoadBalancer): Place[] {
  const held = new Set(placesOf(loadBalancer).map(({ listener }) => listener));
  const bare = loadBalancer.listeners.filter((listener) => !held.has(listener));
  return [...placesOf(loadBalancer), ...bare.map((listener) => ({ loadBalancer, listener }))];
}

function renderLoadBalancer(loadBalancer: LoadBalancer): Html {
  const { id, name, vips, vpcId, region, usable, started } = loadBalancer;
  const places = shownPlacesOf(loadBalancer);
  const troubles = [...(usable ? [] : ['being created']), ...(started ? [] : ['stopped'])];
  const targets = html`<table>
    <tr>
      <th>Listener</th>
      <th>Target</th>
      <th class="number">Weight</th>
      <th>Health</th>
      <th>Registered</th>
    </tr>
    ${places.map(renderPlace)}
  </table>`;
  return html`<h2>
      ${name} <code>${id}</code> <span class="quiet">${vips.join(', ')} · ${region} · ${vpcId}</span>
      <span class="wait">${troubles.join(', ')}</span>
    </h2>
    ${places.length > 0 ? targets : html`<p class="quiet">no listeners</p>`}`;
}

/** Every load balancer with its listeners, rules and targets. */
export function renderLoadBalancers(loadBalancers: Iterable<LoadBalancer>): Html {
  const all = [...loadBalancers];
  const none = html`<p class="quiet">There is no load balancer yet: create one by the API, or start with --seed.</p>`;
  return all.length > 0 ? html`${all.map(renderLoadBalancer)}` : none;
}
