import type { FaultKind } from './definition/fault.ts';
import { apiError, type InjectedApiError } from './kinds/api-error.ts';
import { down, type Down } from './kinds/down.ts';
import { healthFlap, type HealthFlap } from './kinds/health-flap.ts';
import { html, type Html } from './kinds/html.ts';
import { httpStatus, type HttpStatus } from './kinds/http-status.ts';
import { latency, type Latency } from './kinds/latency.ts';
import { partialFailure, type PartialFailure } from './kinds/partial-failure.ts';
import { refuseCredentials, type RefuseCredentials } from './kinds/refuse-credentials.ts';
import { refuseProbes, type RefuseProbes } from './kinds/refuse-probes.ts';
import { reset, type Reset } from './kinds/reset.ts';
import { silentFailure, type SilentFailure } from './kinds/silent-failure.ts';
import { staleReads, type StaleReads } from './kinds/stale-reads.ts';
import { taskFailure, type TaskFailure } from './kinds/task-failure.ts';
import { throttle, type Throttle } from './kinds/throttle.ts';

/** What people and tests make go wrong. */
export type Fault =
  | InjectedApiError
  | Down
  | HealthFlap
  | Html
  | HttpStatus
  | Latency
  | PartialFailure
  | RefuseCredentials
  | RefuseProbes
  | Reset
  | SilentFailure
  | StaleReads
  | TaskFailure
  | Throttle;

/** Everything that can go wrong, by name. */
export const faultKinds: ReadonlyMap<string, FaultKind> = new Map(
  [
    latency,
    httpStatus,
    html,
    reset,
    down,
    apiError,
    throttle,
    refuseCredentials,
    partialFailure,
    silentFailure,
    taskFailure,
    staleReads,
    refuseProbes,
    healthFlap,
  ].map((kind) => [kind.kind, kind]),
);
