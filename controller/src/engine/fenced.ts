import type { ClbPort } from '../core/model/clb-port.ts';
import { leaseLost } from '../core/model/cloud-error.ts';

/**
 * Lets writes through only while we hold the Lease by our own clock, so that two controllers never write. One write may
 * be many requests that wait for their turn: those ask again, see clb/fenced-send.ts.
 */
export function fenced(clb: ClbPort, isHeld: () => boolean): ClbPort {
  const guard = <A extends unknown[], R>(action: string, write: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      if (!isHeld()) throw leaseLost(action);
      return write(...args);
    };
  };
  return {
    inFlow: (flow) => fenced(clb.inFlow(flow), isHeld),
    describeLoadBalancer: async (...args) => clb.describeLoadBalancer(...args),
    findLoadBalancers: async (...args) => clb.findLoadBalancers(...args),
    listLoadBalancers: async (...args) => clb.listLoadBalancers(...args),
    describeListeners: async (...args) => clb.describeListeners(...args),
    describeTargets: async (...args) => clb.describeTargets(...args),
    describeHealth: async (...args) => clb.describeHealth(...args),
    describeHealths: async (...args) => clb.describeHealths(...args),
    describeQuota: async (...args) => clb.describeQuota(...args),
    listCertificates: async (...args) => clb.listCertificates(...args),
    isCertificateUsed: async (...args) => clb.isCertificateUsed(...args),
    listSecurityGroups: async (...args) => clb.listSecurityGroups(...args),
    describeSecurityPolicies: async (...args) => clb.describeSecurityPolicies(...args),
    isSecurityGroupUsed: async (...args) => clb.isSecurityGroupUsed(...args),
    createLoadBalancer: guard('createLoadBalancer', async (...args) => clb.createLoadBalancer(...args)),
    modifyLoadBalancer: guard('modifyLoadBalancer', async (...args) => clb.modifyLoadBalancer(...args)),
    deleteLoadBalancer: guard('deleteLoadBalancer', async (...args) => clb.deleteLoadBalancer(...args)),
    createListeners: guard('createListeners', async (...args) => clb.createListeners(...args)),
    modifyListener: guard('modifyListener', async (...args) => clb.modifyListener(...args)),
    deleteListener: guard('deleteListener', async (...args) => clb.deleteListener(...args)),
    createRules: guard('createRules', async (...args) => clb.createRules(...args)),
    modifyRule: guard('modifyRule', async (...args) => clb.modifyRule(...args)),
    deleteRules: guard('deleteRules', async (...args) => clb.deleteRules(...args)),
    createRedirects: guard('createRedirects', async (...args) => clb.createRedirects(...args)),
    deleteRedirects: guard('deleteRedirects', async (...args) => clb.deleteRedirects(...args)),
    uploadCertificate: guard('uploadCertificate', async (...args) => clb.uploadCertificate(...args)),
    deleteCertificate: guard('deleteCertificate', async (...args) => clb.deleteCertificate(...args)),
    createSecurityGroup: guard('createSecurityGroup', async (...args) => clb.createSecurityGroup(...args)),
    setSecurityPolicies: guard('setSecurityPolicies', async (...args) => clb.setSecurityPolicies(...args)),
    deleteSecurityGroup: guard('deleteSecurityGroup', async (...args) => clb.deleteSecurityGroup(...args)),
    setCertificates: guard('setCertificates', async (...args) => clb.setCertificates(...args)),
    register: guard('register', async (...args) => clb.register(...args)),
    deregister: guard('deregister', async (...args) => clb.deregister(...args)),
    setWeight: guard('setWeight', async (...args) => clb.setWeight(...args)),
  };
}
