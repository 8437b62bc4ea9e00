import { CloudError, type ClbPort } from '../core/clb-port.ts';

/** Lets writes through only while we hold the lease by our own clock, so that two controllers never write. */
export function fenced(clb: ClbPort, isHeld: () => boolean): ClbPort {
  const guard = <A extends unknown[], R>(action: string, write: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      if (!isHeld()) throw new CloudError(lost, { kind: 'transient', code: 'LeaseLost', action });
      return write(...args);
    };
  };
  return {
    describeLoadBalancer: async (...args) => clb.describeLoadBalancer(...args),
    describeListeners: async (...args) => clb.describeListeners(...args),
    describeTargets: async (...args) => clb.describeTargets(...args),
    describeHealth: async (...args) => clb.describeHealth(...args),
    createListeners: guard('createListeners', async (...args) => clb.createListeners(...args)),
    deleteListener: guard('deleteListener', async (...args) => clb.deleteListener(...args)),
    register: guard('register', async (...args) => clb.register(...args)),
    deregister: guard('deregister', async (...args) => clb.deregister(...args)),
    setWeight: guard('setWeight', async (...args) => clb.setWeight(...args)),
  };
}

const lost = 'This controller does not hold the lease any more; another one writes now.';
