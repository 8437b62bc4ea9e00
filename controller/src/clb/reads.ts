import type { ClbReads, TaggedBalancer } from '../core/model/clb-port.ts';
import { certificateTag, type UploadedCertificate } from '../core/model/certificate.ts';
import { isGone } from '../core/model/cloud-error.ts';
import type { Tags } from '../core/model/owned-balancer.ts';
import type { Ask } from './actions.ts';
import { chunks } from './codec/chunks.ts';
import { toListeners } from './codec/listeners.ts';
import { toLoadBalancer, toTaggedBalancers } from './codec/load-balancers.ts';
import { toQuota } from './codec/quota.ts';
import { toTargets } from './codec/targets.ts';
import { toUploaded } from './codec/uploads.ts';
import { requireIds } from './guards.ts';
import { createHealthReads } from './health-reads.ts';
import type { Read } from './read.ts';
import { createSecurityGroupReads } from './security-group-reads.ts';

/** What one call may ask for (the SDK's models). */
const most = { listenersPerTargets: 20, balancersPerPage: 100, certificatesPerPage: 1000 };

export function createReads(read: Read): ClbReads {
  const pages = createPages(read);
  return {
    async describeLoadBalancer(id, signal) {
      requireIds('DescribeLoadBalancers', [id]);
      const request = { LoadBalancerIds: [id] };
      const ask = { action: 'DescribeLoadBalancers', purpose: `look up ${id}`, request } as const;
      try {
        return await read(ask, (answer) => toLoadBalancer(id, answer), signal);
      } catch (error) {
        if (isGone(error)) return undefined;
        throw error;
      }
    },
    async listLoadBalancers(vpcId, signal) {
      const all = await pages({ purpose: `list the CLBs of ${vpcId}`, request: { VpcId: vpcId } }, signal);
      return all.map(({ id }) => id);
    },
    async findLoadBalancers(tags, signal) {
      const found = await pages({ purpose: 'find CLBs by their tags', request: { Filters: filtersOf(tags) } }, signal);
      // A filter that the API does not know would find everything.
      return found.filter((one) => Object.entries(tags).every(([key, value]) => one.tags[key] === value));
    },
    async describeListeners(id, signal) {
      requireIds('DescribeListeners', [id]);
      const request = { LoadBalancerId: id };
      const ask = { action: 'DescribeListeners', purpose: `list the listeners of ${id}`, request } as const;
      return await read(ask, toListeners, signal);
    },
    async describeTargets(id, listenerIds, signal) {
      requireIds('DescribeTargets', [id, ...listenerIds]);
      const purpose = `list the targets of ${id}`;
      const asks = chunks(listenerIds, most.listenersPerTargets).map((some) => {
        const request = { LoadBalancerId: id, ListenerIds: some };
        return read({ action: 'DescribeTargets', purpose, request }, toTargets, signal);
      });
      return (await Promise.all(asks)).flat();
    },
    async describeQuota(signal) {
      const ask = { action: 'DescribeQuota', purpose: 'read the quota of the account', request: {} } as const;
      return await read(ask, toQuota, signal);
    },
    ...createHealthReads(read),
    ...createCertificateReads(read),
    ...createSecurityGroupReads(read),
  };
}

function createCertificateReads(read: Read): Pick<ClbReads, 'listCertificates' | 'isCertificateUsed'> {
  return {
    async listCertificates(clusterId, signal) {
      requireIds('DescribeCertificates', [clusterId]);
      const Tags = [{ TagKey: certificateTag.cluster, TagValue: clusterId }];
      const purpose = 'list the certificates of this cluster';
      const all = new Map<string, UploadedCertificate>();
      for (let offset = 0; ; offset += most.certificatesPerPage) {
        const request = { Tags, Offset: offset, Limit: most.certificatesPerPage };
        const page = await read({ action: 'DescribeCertificates', purpose, request }, (answer) => answer, signal);
        for (const one of toUploaded(page, clusterId)) all.set(one.id, one);
        if ((page.Certificates ?? []).length < most.certificatesPerPage) return [...all.values()];
      }
    },
    async isCertificateUsed(id, signal) {
      requireIds('DescribeLoadBalancerListByCertId', [id]);
      const [purpose, request] = [`find the CLBs with certificate ${id}`, { CertIds: [id] }];
      const ask = { action: 'DescribeLoadBalancerListByCertId', purpose, request } as const;
      const answer = await read(ask, ({ CertSet: set }) => set ?? [], signal);
      const about = answer.find(({ CertId }) => CertId === id);
      return about?.LoadBalancers?.length !== 0;
    },
  };
}

function filtersOf(tags: Tags) {
  const wanted = Object.entries(tags);
  requireIds('DescribeLoadBalancers', wanted.length === 0 ? [''] : wanted.map(([, value]) => value));
  return wanted.map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }));
}

/** Each CLB once, also if one moves to another page while they are read. */
function createPages(read: Read) {
  return async (
    { purpose, request }: Pick<Ask<'DescribeLoadBalancers'>, 'purpose' | 'request'>,
    signal: AbortSignal,
  ): Promise<readonly TaggedBalancer[]> => {
    const all = new Map<string, TaggedBalancer>();
    for (let offset = 0; ; offset += most.balancersPerPage) {
      const page = { ...request, Offset: offset, Limit: most.balancersPerPage };
      const found = await read({ action: 'DescribeLoadBalancers', purpose, request: page }, toTaggedBalancers, signal);
      for (const one of found) all.set(one.id, one);
      if (found.length < most.balancersPerPage) return [...all.values()];
    }
  };
}
