import { defineFault, type FaultBase, type Placed } from '../definition/fault.ts';
import { placed } from '../definition/fields.ts';
import { instead } from '../definition/instead.ts';
import { callSelection } from '../definition/selections.ts';

export interface Html extends FaultBase, Placed {
  kind: 'html';
  body?: string;
}

const page = '<!doctype html><title>Sign in</title><p>Sign in to use this network.';

export const html = defineFault<Html>('html', {
  about: 'HTTP 200 with a body that is no JSON, as a captive portal sends it; it may be empty',
  selects: callSelection,
  fields: { body: { type: 'string', description: 'a text, which may be empty' }, when: placed },
  make: (fault) =>
    instead(fault, { code: 'NotJson', reply: { kind: 'answer', status: 200, body: fault.body ?? page } }),
});
