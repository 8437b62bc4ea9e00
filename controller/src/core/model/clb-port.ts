import type { Flow } from '@clb-direct/shared/domain/flow.ts';
import type { AddressFamily } from './address-family.ts';
import type { KeyPair, UploadedCertificate } from './certificate.ts';
import type { CloudError } from './cloud-error.ts';
import type { BalancerWish, Tags } from './owned-balancer.ts';
import type { Owner } from './owner.ts';
import type { PlaceId } from './place.ts';
import type { Quota } from './quota.ts';
import type { StandingRedirect } from './redirect.ts';
import type { SecurityPolicy, StandingGroup, WantedGroup } from './security-group.ts';
import type { ListenerSettings, LoadBalancerSettings, RuleSettings } from './settings.ts';
import type { Step, StepKind, StepOf } from './step.ts';
import type { Health, TargetAddress } from './target.ts';

/** What the loops need of a CLB, in our words; controller/src/clb implements it with Tencent's SDK. */
export interface ClbPort extends ClbReads, ClbWrites {
  /** The same, with calls that wait for the rate limit in this flow; its priority is read whenever a token is free. */
  inFlow(flow: Flow): ClbPort;
}

/** Each answer is complete, or it is a CloudError. */
export interface ClbReads {
  /** Undefined means that no such CLB exists. */
  describeLoadBalancer(id: string, signal: AbortSignal): Promise<LoadBalancerAnswer | undefined>;
  /** Those that have all of these tags. */
  findLoadBalancers(tags: Tags, signal: AbortSignal): Promise<readonly TaggedBalancer[]>;
  /** Ids of all CLBs of a VPC. */
  listLoadBalancers(vpcId: string, signal: AbortSignal): Promise<readonly string[]>;
  /** All listeners of the CLB with their rules, those of other owners too. */
  describeListeners(id: string, signal: AbortSignal): Promise<readonly ListenerAnswer[]>;
  /** An empty list asks nothing and returns []: to the API it would mean every listener. */
  describeTargets(id: string, listenerIds: readonly string[], signal: AbortSignal): Promise<readonly TargetAnswer[]>;
  /** [] also where there is no such CLB. */
  describeHealth(id: string, signal: AbortSignal): Promise<readonly HealthAnswer[]>;
  /** Asked once, in few calls; one CLB that cannot be read does not keep back what others answer. */
  describeHealths(ids: readonly string[], signal: AbortSignal): Promise<HealthOfSeveral>;
  /** Of the account, in this region. */
  describeQuota(signal: AbortSignal): Promise<Quota>;
  /** Those that we uploaded to the SSL product for this cluster. */
  listCertificates(clusterId: string, signal: AbortSignal): Promise<readonly UploadedCertificate[]>;
  /** Whether a CLB of this region shows the certificate; true also where the answer does not say. */
  isCertificateUsed(id: string, signal: AbortSignal): Promise<boolean>;
  /** The security groups that we made for owners of this cluster. */
  listSecurityGroups(clusterId: string, signal: AbortSignal): Promise<readonly StandingGroup[]>;
  /** As contentOf has it; undefined: there is no such group. */
  describeSecurityPolicies(id: string, signal: AbortSignal): Promise<string | undefined>;
  /** Whether a CLB of this region has the group. */
  isSecurityGroupUsed(id: string, signal: AbortSignal): Promise<boolean>;
}

/** Each takes steps of one kind. What the CLB refused comes back; what it did not do at all is thrown. */
export interface ClbWrites {
  /** Returns the id. The same token never makes a second CLB. */
  createLoadBalancer(wanted: NewLoadBalancer, token: string, signal: AbortSignal): Promise<string>;
  modifyLoadBalancer(id: string, settings: LoadBalancerSettings, signal: AbortSignal): Promise<void>;
  deleteLoadBalancer(id: string, signal: AbortSignal): Promise<void>;
  createListeners(id: string, steps: Steps<'create-listener'>, signal: AbortSignal): Refused<'create-listener'>;
  modifyListener(id: string, step: StepOf<'modify-listener'>, signal: AbortSignal): Promise<void>;
  deleteListener(id: string, listenerId: string, signal: AbortSignal): Promise<void>;
  /** All of one listener. */
  createRules(id: string, steps: Steps<'create-rule'>, signal: AbortSignal): Refused<'create-rule'>;
  modifyRule(id: string, step: StepOf<'modify-rule'>, signal: AbortSignal): Promise<void>;
  /** All of one listener; by LocationId, never by domain. */
  deleteRules(id: string, steps: Steps<'delete-rule'>, signal: AbortSignal): Promise<void>;
  createRedirects(id: string, steps: Steps<'create-redirect'>, signal: AbortSignal): Promise<void>;
  deleteRedirects(id: string, steps: Steps<'delete-redirect'>, signal: AbortSignal): Promise<void>;
  /** Returns its id in the SSL product. However often it is asked, there is one for a cluster and a content. */
  uploadCertificate(pair: KeyPair, clusterId: string, signal: AbortSignal): Promise<string>;
  /** One that is gone is no error. */
  deleteCertificate(id: string, signal: AbortSignal): Promise<void>;
  /** Returns its id. Asked twice it makes two; they have the same tags. */
  createSecurityGroup(wanted: WantedGroup, clusterId: string, signal: AbortSignal): Promise<string>;
  /** Replaces all inbound ones at once. */
  setSecurityPolicies(id: string, policies: readonly SecurityPolicy[], signal: AbortSignal): Promise<void>;
  /** One that is gone is no error. */
  deleteSecurityGroup(id: string, signal: AbortSignal): Promise<void>;
  setCertificates(id: string, step: StepOf<'set-certificates'>, signal: AbortSignal): Promise<void>;
  register(id: string, steps: Steps<'register'>, signal: AbortSignal): Refused<'register'>;
  deregister(id: string, steps: Steps<'deregister'>, signal: AbortSignal): Refused<'deregister'>;
  setWeight(id: string, steps: Steps<'set-weight'>, signal: AbortSignal): Promise<void>;
}

type Steps<K extends StepKind> = readonly StepOf<K>[];
type Refused<K extends StepKind> = Promise<readonly StepRefusal<StepOf<K>>[]>;

export interface HealthOfSeveral {
  /** CLBs that do not exist are left out. */
  readonly answers: readonly HealthAnswer[];
  /** Ids of the CLBs that did not answer, or were asked with such a one. */
  readonly failed: readonly string[];
}

/** Steps that one call did not do, all of them for one reason. */
export interface StepRefusal<S = Step> {
  readonly steps: readonly S[];
  readonly error: CloudError;
}

/** A CLB to be made. */
export interface NewLoadBalancer {
  /** For whom, as messages name it. */
  readonly owner: Owner;
  readonly wish: BalancerWish;
  readonly vpcId: string;
  readonly tags: Tags;
}

export interface TaggedBalancer {
  readonly id: string;
  readonly tags: Tags;
  readonly usable: boolean;
}

export interface LoadBalancerAnswer extends TaggedBalancer {
  readonly vips: readonly string[];
  readonly domain: string | undefined;
  readonly vpcId: string;
  /** Of the addresses that it sends to. */
  readonly targetFamily: AddressFamily;
  /** Its addresses are private ones of the VPC. */
  readonly isInternal: boolean;
  /** SNAT Pro is on: it sends from addresses of its own, also to other VPCs and to the GlobalRouter network. */
  readonly hasSnatPro: boolean;
  readonly settings: LoadBalancerSettings;
}

export interface ListenerAnswer {
  readonly id: string;
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly settings: ListenerSettings;
  readonly rules: readonly RuleAnswer[];
  /** Of all its rules, whoever made the listener; left out where there is none. */
  readonly redirects?: readonly StandingRedirect[];
}

export interface RuleAnswer {
  readonly locationId: string;
  readonly domain: string;
  readonly url: string;
  readonly settings: RuleSettings;
}

export interface TargetAnswer extends PlaceId, TargetAddress {
  readonly weight: number;
  readonly tag: string | undefined;
}

export interface HealthAnswer extends PlaceId, TargetAddress {
  readonly loadBalancerId: string;
  readonly health: Health;
  /** undefined: the answer does not say. */
  readonly weight: number | undefined;
}
