import { ApiError } from '../../errors/api-error.ts';
import type { CertificateUse, LoadBalancer } from '../../state/model.ts';
import type { Store } from '../../state/store.ts';
import { defineAction } from '../parts/action.ts';
import { startTask } from '../parts/start-task.ts';
import { showsCertificate, takeCertificates, usesCertificate } from '../parts/certificates.ts';

function replacedIn(use: CertificateUse | null, old: string, id: string): CertificateUse | null {
  if (!use || !usesCertificate(use, old)) return null;
  const certIds = use.certIds.map((one) => (one === old ? id : one));
  return { ...use, certIds, caId: use.caId === old ? id : use.caId };
}

function replaceAll(store: Store, loadBalancer: LoadBalancer, old: string, id: string): void {
  for (const listener of loadBalancer.listeners) {
    const own = replacedIn(listener.certificate, old, id);
    if (own) store.changeListener(loadBalancer, listener, { certificate: own });
    for (const rule of listener.rules) {
      const certificate = replacedIn(rule.certificate, old, id);
      if (certificate) store.changeRule({ loadBalancer, listener, rule }, { certificate });
    }
  }
}

/** The action can be called only from here, and reaches every region (its documentation). */
const onlyRegion = 'ap-guangzhou';

/** Puts another certificate wherever this one is shown, in the load balancers of all regions. */
export const replaceCertForLoadBalancers = defineAction('ReplaceCertForLoadBalancers', (request, context) => {
  const { OldCertificateId: old, Certificate } = request;
  if (context.region !== onlyRegion) {
    throw new ApiError('UnsupportedRegion', `ReplaceCertForLoadBalancers is called in ${onlyRegion} only.`);
  }
  const id = takeCertificates(context, { Certificate })?.certIds[0] ?? '';
  const affected = [...context.store.loadBalancers.values()].filter((it) => showsCertificate(it, old));
  if (affected.length === 0) throw new ApiError('FailedOperation', `No load balancer shows the certificate ${old}.`);
  const ids = affected.map((it) => it.id);
  startTask(context, ids, () => affected.forEach((it) => replaceAll(context.store, it, old, id)));
  return {};
});
