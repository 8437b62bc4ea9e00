import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import type { Redirect } from '../../model/redirect.ts';
import type { NamedCertificates } from '../service/certificates.ts';
import type { IngressBackend } from './ingress-facts.ts';
import type { WebProtocol } from './listen-ports.ts';

/** A rule at one listener. */
export interface ServedRule {
  readonly protocol: WebProtocol;
  readonly port: number;
  readonly rule: {
    /** As the Ingress has it; empty for every host. */
    readonly host: string;
    /** As the CLB has it. */
    readonly domain: string;
    readonly url: string;
    /** undefined: it never serves anything. */
    readonly backend?: IngressBackend;
    /** See `Binding`. */
    readonly givesWay?: true;
  };
  /** Its requests go there, and not to the backend. */
  readonly redirect?: Redirect;
  /** HTTPS only. */
  readonly certificates?: NamedCertificates;
  /** Where it stands is not known now: what stands stays as it is. */
  readonly problem?: Finding | undefined;
}
