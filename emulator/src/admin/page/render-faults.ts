import type { FaultKind } from '../../faults/definition/fault.ts';
import { faultKinds } from '../../faults/fault-kinds.ts';
import type { FaultReport } from '../../faults/faults.ts';
import { expectedOf, fieldsOfKind } from '../../faults/parse-fault.ts';
import { html, type Html } from './html.ts';

function renderFault([name, { fault, hits, isActive }]: [string, FaultReport]): Html {
  const { kind, ...fields } = fault;
  const details = Object.entries(fields).map(([field, value]) => `${field}: ${String(value)}`);
  return html`<tr>
    <td><b>${name}</b></td>
    <td>${kind}</td>
    <td>${details.join(', ')}</td>
    <td class="number">${hits}</td>
    <td class="${isActive ? 'bad' : 'quiet'}">${isActive ? 'in force' : 'not now'}</td>
    <td>
      <form method="post" action="/page/faults/remove">
        <button name="name" value="${name}">Take back</button>
      </form>
    </td>
  </tr>`;
}

/** The faults that were set, each with a button that takes it back. */
export function renderFaults(faults: Record<string, FaultReport>): Html {
  const all = Object.entries(faults);
  if (all.length === 0) return html`<p class="quiet">Nothing goes wrong on purpose.</p>`;
  return html`<table>
    <tr>
      <th>Fault</th>
      <th>Kind</th>
      <th>About</th>
      <th class="number">Hits</th>
      <th>State</th>
      <th></th>
    </tr>
    ${all.map(renderFault)}
  </table>`;
}

function renderField(kind: FaultKind, [name, field]: [string, object]): Html {
  const needed = kind.required.includes(name) ? '*' : '';
  if ('enum' in field && Array.isArray(field.enum)) {
    const options = field.enum.map((value) => html`<option>${String(value)}</option>`);
    return html`<label
      >${name}${needed}<select name="${name}">
        <option value=""></option>
        ${options}
      </select></label
    >`;
  }
  return html`<label>${name}${needed}<input name="${name}" placeholder="${expectedOf(field)}" /></label>`;
}

function renderForm(kind: FaultKind): Html {
  return html`<details>
    <summary><b>${kind.kind}</b> <span class="quiet">${kind.about}</span></summary>
    <form class="fault" method="post" action="/page/faults">
      <input type="hidden" name="kind" value="${kind.kind}" />
      <label>name<input name="name" value="${kind.kind}" required /></label>
      ${Object.entries(fieldsOfKind(kind)).map((field) => renderField(kind, field))}
      <button>Set</button>
    </form>
  </details>`;
}

/** A form for each kind of fault. */
export function renderFaultForms(): Html {
  return html`${[...faultKinds.values()].map(renderForm)}`;
}
