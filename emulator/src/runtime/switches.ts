/** How the emulator behaves where the behaviour of the cloud is not documented. */
export interface Switches {
  /** Registering a bound target again leaves its weight alone; else it sets it. */
  reregisterKeepsWeight: boolean;
  /** Deregistering a target that is not bound is fine; else its listener fails. */
  deregisterMissingIsFine: boolean;
  /** Any certificate id can be used; the certificate is made. Else it must have been given. */
  anyCertificate: boolean;
  /** TCP_SSL, HTTP and HTTPS: three failures in a row take a target out for 10 s. */
  passiveChecks: boolean;
  /** TCP_SSL, HTTP and HTTPS: when a target cannot be reached the next one is tried. */
  triesNextTarget: boolean;
  /** TCP_SSL, HTTP and HTTPS: deregistering cuts what is under way; else it may finish. */
  deregisterCutsRequests: boolean;
  /** HealthStatus of a target whose health check is off. */
  closeIsHealthy: boolean;
  /** A quota of targets counts those that are bound already again, as bk-hcm saw it. */
  quotaCountsDuplicates: boolean;
  /** Batch calls answer when their work is done; else at once, as the other writes do. */
  batchIsSynchronous: boolean;
  /**
   * CreateLoadBalancer answers the ids that it makes; else DescribeTaskStatus answers them at the end of the task, as
   * documented for slow ones.
   */
  createAnswersIds: boolean;
  /** A token that comes with permanent credentials is refused; else it is ignored. */
  refusesNeedlessToken: boolean;
  /** DescribeAsyncJobs lists the tasks of load balancers; the only official sample is another product's. */
  asyncJobsKnowTasks: boolean;
}

export const defaultSwitches: Switches = {
  reregisterKeepsWeight: true,
  deregisterMissingIsFine: false,
  closeIsHealthy: false,
  anyCertificate: false,
  passiveChecks: true,
  triesNextTarget: true,
  deregisterCutsRequests: true,
  quotaCountsDuplicates: true,
  batchIsSynchronous: true,
  createAnswersIds: true,
  refusesNeedlessToken: false,
  asyncJobsKnowTasks: true,
};
