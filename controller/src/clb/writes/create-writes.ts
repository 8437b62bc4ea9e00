import type { ClbWrites } from '../../core/model/clb-port.ts';
import { createCertificateWrites } from './certificates.ts';
import { createListenerWrites } from './listeners.ts';
import { createLoadBalancerWrites } from './load-balancers.ts';
import { createRedirectWrites } from './redirects.ts';
import { createRuleWrites } from './rules.ts';
import { createTargetWrites } from './targets.ts';
import { createSecurityGroupWrites } from './security-groups.ts';
import { createUploadWrites } from './uploads.ts';
import type { WriteCalls } from './write-calls.ts';

export function createWrites(write: WriteCalls): ClbWrites {
  return {
    ...createLoadBalancerWrites(write),
    ...createListenerWrites(write),
    ...createRuleWrites(write),
    ...createRedirectWrites(write),
    ...createCertificateWrites(write),
    ...createUploadWrites(write),
    ...createSecurityGroupWrites(write),
    ...createTargetWrites(write),
  };
}
