import type { CallLog } from '../../call-log/call-log.ts';
import type { Faults } from '../../faults/faults.ts';
import { targetsOf } from '../../state/place.ts';
import type { Store } from '../../state/store.ts';
import type { Tasks } from '../../tasks/tasks.ts';
import { html, nothing, type Html } from './html.ts';
import { renderCalls } from './render-calls.ts';
import { renderFaultForms, renderFaults } from './render-faults.ts';
import { renderLoadBalancers } from './render-load-balancers.ts';
import { renderTasks } from './render-tasks.ts';

/** What the page shows. */
export interface PageParts {
  store: Store;
  callLog: CallLog;
  tasks: Tasks;
  faults: Faults;
}

const shownCalls = 30;
const shownTasks = 10;

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;

function renderSummary({ store, tasks }: PageParts): Html {
  const loadBalancers = [...store.loadBalancers.values()];
  const targets = loadBalancers.flatMap(targetsOf);
  const alive = targets.filter(({ health }) => health === 'Alive').length;
  const parts = [
    counted(loadBalancers.length, 'load balancer'),
    `${alive} of ${counted(targets.length, 'target')} Alive`,
    `${counted(tasks.running(), 'task')} running`,
  ];
  return html`<p>${parts.join(' · ')}</p>`;
}

/** What changes while one looks at it. */
export function renderLive(parts: PageParts): Html {
  const { store, callLog, tasks, faults } = parts;
  return html`${renderSummary(parts)}
    <h2>Faults</h2>
    ${renderFaults(faults.list())} ${renderLoadBalancers(store.loadBalancers.values())}
    <h2>Tasks</h2>
    ${renderTasks(tasks.recent(shownTasks))}
    <h2>Calls</h2>
    ${renderCalls(callLog.recentCalls(shownCalls))}`;
}

/** The whole page; with what was wrong in the form that was sent. */
export function renderPage(parts: PageParts, problems = ''): string {
  const trouble = problems === '' ? nothing : html`<div class="problems" role="alert">${problems}</div>`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>CLB emulator</title>
        <link rel="stylesheet" href="/page/style.css" />
        <script src="/page/live.js" defer></script>
      </head>
      <body>
        <h1>CLB emulator</h1>
        <p class="problems" id="silence" hidden>The emulator does not answer: what is shown is old.</p>
        ${trouble}
        <main id="live">${renderLive(parts)}</main>
        <h2>Make something go wrong</h2>
        ${renderFaultForms()}
      </body>
    </html>`;
  return page.markup;
}
