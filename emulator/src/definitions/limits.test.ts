import { expect, test } from '@jest/globals';
import { parseDefinitions } from './definitions.ts';
import { limitedFields } from './limits.ts';

test('every limit is one of a field that exists', () => {
  const definitions = parseDefinitions();
  const lost = limitedFields().filter(
    ([structure, field]) => !definitions.get(structure)?.some(({ name }) => name === field),
  );
  expect(lost).toEqual([]);
});
