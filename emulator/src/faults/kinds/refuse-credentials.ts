import { unknownSecretId } from '../../credentials/unknown-secret-id.ts';
import { defineFault, type FaultBase } from '../definition/fault.ts';

export interface RefuseCredentials extends FaultBase {
  kind: 'refuse-credentials';
}

export const refuseCredentials = defineFault<RefuseCredentials>('refuse-credentials', {
  about: 'a secret id is not known any more',
  selects: ['secretId'],
  make: () => ({ refusal: unknownSecretId }),
});
