import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { isBehindIngress, isOverTls } from '../rows.ts';
import { secureHost } from '../secure-host.ts';
import type { Cell } from './cell.ts';

/** What is made on the emulated CLB for a certificate that it was not given. */
const certificateId = 'certprov';
const configName = 'web';

/** The Ingress of a row that has one, and what it refers to. */
export function ingressObjects(cell: Cell): readonly object[] {
  if (!isBehindIngress(cell.row)) return [];
  return isOverTls(cell.row) ? [configOf(cell), ingressOf(cell)] : [ingressOf(cell)];
}

/** One rule for all paths: of any host, as the documents' example has it, or of the host with the certificate. */
function ingressOf({ row, namespace, clb }: Cell): object {
  const backend = { service: { name: 'web', port: { number: 80 } } };
  const http = { paths: [{ path: '/', pathType: 'ImplementationSpecific', backend }] };
  const secure = {
    [ingressAnnotation.certificate]: JSON.stringify([{ hosts: [secureHost], qcloud_cert_id: [certificateId] }]),
    [ingressAnnotation.serviceConfig]: configName,
  };
  const annotations = {
    [ingressAnnotation.directAccess]: 'true',
    [ingressAnnotation.existingLoadBalancer]: clb.id,
    ...(isOverTls(row) ? secure : {}),
  };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'web', namespace, annotations },
    spec: { ingressClassName: 'clb-direct', rules: [isOverTls(row) ? { host: secureHost, http } : { http }] },
  };
}

/** HTTP/2 for the clients, and gRPC to the pods. */
function configOf({ row, namespace }: Cell): object {
  const rules = row.app === 'grpc' ? [{ url: '/', forwardType: 'GRPC' }] : [];
  const domains = [{ domain: secureHost, http2: true, rules }];
  return {
    apiVersion: 'cloud.tencent.com/v1alpha1',
    kind: 'TkeServiceConfig',
    metadata: { name: configName, namespace },
    spec: { loadBalancer: { l7Listeners: [{ protocol: 'HTTPS', port: 443, domains }] } },
  };
}
