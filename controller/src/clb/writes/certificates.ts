import type { ClbWrites } from '../../core/model/clb-port.ts';
import { isRule } from '../../core/model/place.ts';
import { certificateFields, certificateIds } from '../codec/certificates.ts';
import { requireIds } from '../guards.ts';
import { nameOf } from './purpose.ts';
import type { WriteCalls } from './write-calls.ts';

/** With SNI, certificates belong to a domain and all its rules; else to the listener (doc 214/45738). */
export function createCertificateWrites(write: WriteCalls): Pick<ClbWrites, 'setCertificates'> {
  return {
    async setCertificates(id, { place, listenerId, address = '', certificates }, signal) {
      const action = isRule(place) ? 'ModifyDomainAttributes' : 'ModifyListener';
      requireIds(action, [id, listenerId, ...certificateIds(certificates)]);
      const ids = { LoadBalancerId: id, ListenerId: listenerId };
      const fields = certificateFields(certificates);
      if (isRule(place)) {
        const { protocol, port } = place;
        const domain = place.domain === '' ? address : place.domain;
        const purpose = `set the certificates of ${domain} at ${nameOf({ protocol, port })} on ${id}`;
        const request = { ...ids, Domain: domain, ...fields };
        await write.untilDone({ action: 'ModifyDomainAttributes', purpose, request }, signal);
      } else {
        const purpose = `set the certificates of ${nameOf(place)} on ${id}`;
        await write.untilDone({ action: 'ModifyListener', purpose, request: { ...ids, ...fields } }, signal);
      }
    },
  };
}
