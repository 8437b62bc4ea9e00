import type { BoundTarget } from '../state/model.ts';

/** What tests make go wrong; a field left out matches everything. */
export type Fault =
  | { kind: 'refuse-probes'; ip?: string; loadBalancerId?: string; listenerId?: string }
  | { kind: 'api-error'; action?: string; code: string; message?: string; times?: number }
  | { kind: 'throttle'; action?: string }
  | { kind: 'http-status'; action?: string; status: number }
  | { kind: 'down' }
  | { kind: 'refuse-credentials'; secretId?: string };

type FaultOf<K extends Fault['kind']> = Extract<Fault, { kind: K }>;

/** The faults in force, by a name that their maker chose. */
export interface Faults {
  put(name: string, fault: Fault): void;
  remove(name: string): boolean;
  list(): Record<string, Fault>;
  isDown(): boolean;
  httpStatusFor(action: string): number | undefined;
  isThrottled(action: string): boolean;
  refusesCredential(secretId: string): boolean;
  /** Takes one of the error's times. */
  takeApiError(action: string): { code: string; message: string } | undefined;
  refusesProbe: (at: BoundTarget) => boolean;
}

const fits = <T>(wanted: T | undefined, has: T) => wanted === undefined || wanted === has;

/** Starts without any fault. */
export function createFaults(): Faults {
  const faults = new Map<string, Fault>();

  function find<K extends Fault['kind']>(kind: K, matches: (fault: FaultOf<K>) => boolean) {
    const isWanted = (fault: Fault): fault is FaultOf<K> => fault.kind === kind;
    for (const [name, fault] of faults) if (isWanted(fault) && matches(fault)) return { name, fault };
    return undefined;
  }

  function takeApiError(action: string) {
    const found = find('api-error', (fault) => fits(fault.action, action));
    if (!found) return undefined;
    const { name, fault } = found;
    if (fault.times === 1) faults.delete(name);
    else if (fault.times !== undefined) faults.set(name, { ...fault, times: fault.times - 1 });
    return { code: fault.code, message: fault.message ?? 'An injected fault.' };
  }

  return {
    put: (name, fault) => void faults.set(name, fault),
    remove: (name) => faults.delete(name),
    list: () => Object.fromEntries(faults),
    isDown: () => find('down', () => true) !== undefined,
    httpStatusFor: (action) => find('http-status', (fault) => fits(fault.action, action))?.fault.status,
    isThrottled: (action) => find('throttle', (fault) => fits(fault.action, action)) !== undefined,
    refusesCredential: (id) => find('refuse-credentials', (fault) => fits(fault.secretId, id)) !== undefined,
    takeApiError,
    refusesProbe: ({ loadBalancer, listener, target }) =>
      find(
        'refuse-probes',
        (fault) =>
          fits(fault.ip, target.ip) &&
          fits(fault.loadBalancerId, loadBalancer.id) &&
          fits(fault.listenerId, listener.id),
      ) !== undefined,
  };
}
