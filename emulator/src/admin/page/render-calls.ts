import type { Call } from '../../call-log/entries.ts';
import { html, timeOf, type Html } from './html.ts';

function renderCall({ atMs, endMs, action, write, loadBalancerId, targets, code, faults }: Call): Html {
  const result = code === null ? html`<span class="good">OK</span>` : html`<span class="bad">${code}</span>`;
  return html`<tr>
    <td class="quiet">${timeOf(atMs)}</td>
    <td>${write ? html`<b>${action}</b>` : action}</td>
    <td><code>${loadBalancerId ?? ''}</code></td>
    <td class="number">${targets > 0 ? targets : ''}</td>
    <td class="number">${endMs - atMs} ms</td>
    <td>${result}</td>
    <td class="wait">${faults.join(', ')}</td>
  </tr>`;
}

/** Calls, the newest first. */
export function renderCalls(calls: readonly Call[]): Html {
  if (calls.length === 0) return html`<p class="quiet">No call yet.</p>`;
  return html`<table>
    <tr>
      <th>Came</th>
      <th>Action</th>
      <th>Load balancer</th>
      <th class="number">Targets</th>
      <th class="number">Took</th>
      <th>Result</th>
      <th>Faults</th>
    </tr>
    ${calls.map(renderCall)}
  </table>`;
}
