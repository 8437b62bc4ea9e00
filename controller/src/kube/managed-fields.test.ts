import { expect, test } from '@jest/globals';
import { isWritten } from './managed-fields.ts';

const wrote = (manager: string, fieldsV1?: object) => ({ manager, operation: 'Update', fieldsV1 });
const port = { 'f:spec': { 'f:healthCheckNodePort': {} } };
const path = ['f:spec', 'f:healthCheckNodePort'];

test.each<[string, object, string | undefined, boolean]>([
  ['nobody, as far as is known', {}, undefined, false],
  ['someone', { managedFields: [wrote('a', { 'f:spec': {} }), wrote('kubectl', port)] }, undefined, true],
  ['someone else', { managedFields: [wrote('kubectl', port)] }, 'helm', false],
  ['this one', { managedFields: [wrote('kubectl'), wrote('helm', port)] }, 'helm', true],
  ['nobody: the field is another', { managedFields: [wrote('kubectl', { 'f:spec': 'f:type' })] }, undefined, false],
])('A field was written by %s.', (_, metadata, by, expected) => {
  expect(isWritten(metadata, path, by)).toBe(expected);
});
