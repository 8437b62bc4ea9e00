import type { Task, TaskStatus } from '../../tasks/tasks.ts';
import { html, timeOf, type Html } from './html.ts';

const states: Record<TaskStatus, Html> = {
  0: html`<span class="good">done</span>`,
  1: html`<span class="bad">failed</span>`,
  2: html`<span class="wait">running</span>`,
};

function renderTask({ id, startedAtMs, endedAtMs, action, loadBalancerIds, status, message }: Task & { id: string }) {
  return html`<tr>
    <td class="quiet">${timeOf(startedAtMs)}</td>
    <td>${action}</td>
    <td><code>${loadBalancerIds.join(' ')}</code></td>
    <td>${states[status]} ${message ?? ''}</td>
    <td class="number">${endedAtMs === undefined ? '' : `${endedAtMs - startedAtMs} ms`}</td>
    <td><code class="quiet">${id}</code></td>
  </tr>`;
}

/** Tasks, the newest first. */
export function renderTasks(tasks: readonly (Task & { id: string })[]): Html {
  if (tasks.length === 0) return html`<p class="quiet">No write has been asked for yet.</p>`;
  return html`<table>
    <tr>
      <th>Began</th>
      <th>Action</th>
      <th>Load balancer</th>
      <th>State</th>
      <th class="number">Took</th>
      <th>Task</th>
    </tr>
    ${tasks.map(renderTask)}
  </table>`;
}
