import { defineFault, type FaultBase, type Placed } from '../definition/fault.ts';
import { integer, placed } from '../definition/fields.ts';
import { instead } from '../definition/instead.ts';
import { callSelection } from '../definition/selections.ts';

export interface HttpStatus extends FaultBase, Placed {
  kind: 'http-status';
  status: number;
}

export const httpStatus = defineFault<HttpStatus>('http-status', {
  about: 'something in front of the API answers with an HTTP status other than 200',
  selects: callSelection,
  fields: { status: integer(300, 599, 'an HTTP status'), when: placed },
  required: ['status'],
  make: (fault) => {
    const { status } = fault;
    const body = '<html>injected fault</html>';
    return instead(fault, { code: `Http${status}`, reply: { kind: 'answer', status, body } });
  },
});
