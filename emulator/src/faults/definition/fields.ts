/** A text that is not empty. */
export const text = (expects: string) => ({ type: 'string', minLength: 1, description: expects });

/** A whole number within bounds. */
export function integer(minimum: number, maximum: number, unit = 'a whole number') {
  return { type: 'integer', minimum, maximum, description: `${unit} from ${minimum} to ${maximum}` };
}

const day = 24 * 60 * 60 * 1000;

/** A time in milliseconds; the longest is a day. */
export const milliseconds = (minimum = 0) => integer(minimum, day, 'milliseconds');

/** One of these words. */
const oneOf = (...values: string[]) => ({ type: 'string', enum: values, description: values.join(' or ') });

/** Before or after the effect of a call. */
export const placed = oneOf('before', 'after');

/** What every kind may take to select what it is about. */
export const selectionFields = {
  action: { type: 'string', pattern: '^[A-Z][A-Za-z]+$', description: 'the name of an API action' },
  secretId: text('a secret id'),
  loadBalancerId: text('the id of a load balancer'),
  listenerId: text('the id of a listener'),
  ip: text('the IP of a target'),
  port: integer(1, 65_535, 'the port of a target'),
};

/** What every kind takes to say when it strikes. */
export const timingFields = {
  probability: { type: 'number', minimum: 0, maximum: 1, description: 'a number from 0 to 1' },
  times: integer(1, 1_000_000),
  afterMs: milliseconds(),
  forMs: milliseconds(1),
};
