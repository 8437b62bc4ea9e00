import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { asList, asObject, own } from '@clb-direct/shared/domain/raw.ts';
import { certificatesOfIds } from '../service/certificates.ts';
import type { TlsEntry } from './host-certificates.ts';

const byAnnotation = `Annotation ${ingressAnnotation.certificate}`;

/** The entries of TKE's annotation (doc 457/45738), as it is written. */
export function entriesOfAnnotation(text: string): readonly TlsEntry[] {
  const list = text.length > mostText ? undefined : parsed(text);
  const entries = asList(list).flatMap((one, index) => {
    const hosts = textsIn(own(asObject(one), 'hosts'));
    const ids = textsIn(own(asObject(one), 'qcloud_cert_id'));
    if (hosts === undefined || ids === undefined || ids.length === 0) return [];
    const by = `Entry ${index + 1} of annotation ${ingressAnnotation.certificate}`;
    return [{ hosts, by, named: certificatesOfIds(byAnnotation, ids.join()) }];
  });
  const isRead = Array.isArray(list) && entries.length === list.length;
  // With an entry that cannot be read its hosts would be served without TLS.
  return isRead ? entries : [{ hosts: [], by: byAnnotation, named: { problem: malformed } }];
}

const mostText = 10_000;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A list of texts; undefined for anything else. */
function textsIn(value: unknown): readonly string[] | undefined {
  if (value === undefined) return [];
  const list = asList(value);
  return Array.isArray(value) && list.every((one) => typeof one === 'string') ? list : undefined;
}

const malformed: Finding = {
  severity: 'Warning',
  reason: 'AnnotationMalformed',
  message:
    `Annotation ${ingressAnnotation.certificate} cannot be read; write ` +
    '[{"hosts":["www.example.com"],"qcloud_cert_id":["abcd1234"]}]. Until then what stands stays as it is.',
};
