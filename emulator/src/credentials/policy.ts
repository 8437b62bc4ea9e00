import { isWrite } from '../definitions/action-kinds.ts';
import { sslActions, vpcActions } from '../definitions/action-names.ts';

/** A statement of a CAM policy; `*` stands for any text in actions and resources. */
interface Statement {
  effect: 'allow' | 'deny';
  /** Such as "clb:CreateListener", "clb:Describe*" or "*". */
  actions: readonly string[];
  /** Such as "qcs::clb:ap-guangzhou:uin/1:clb/lb-1" or "*". */
  resources: readonly string[];
}

/** A CAM policy, syntax 2.0. */
export type Policy = readonly Statement[];

/** Policies by secret id or, for temporary credentials, by the ARN of their role; who is not here may do everything. */
export type Policies = Map<string, Policy>;

/** Whose account this is, in resources. */
const account = 'uin/100000000001';

interface PolicyCall {
  action: string;
  region: string;
  loadBalancerIds: readonly string[];
}

/** As CAM names it: "ssl:UploadCertificate". */
export function operationOf(action: string): string {
  return `${productOf(action)}:${action}`;
}

function productOf(action: string): string {
  if ((sslActions as readonly string[]).includes(action)) return 'ssl';
  return (vpcActions as readonly string[]).includes(action) ? 'vpc' : 'clb';
}

/** The first resource for which the policy does not allow a call; undefined: it is allowed. A deny wins. */
export function refusedResource(policy: Policy, call: PolicyCall): string | undefined {
  return resourcesOf(call).find((resource) => !isAllowed(policy, operationOf(call.action), resource));
}

/**
 * What a write is judged by is each load balancer that it names. Reads are taken for actions of operation level: a
 * statement that names resources does not count for them (documents 598/98118 and 214/9779). So are those of the SSL
 * product and of VPC, whose resources are not emulated.
 */
function resourcesOf({ action, region, loadBalancerIds }: PolicyCall): readonly string[] {
  if (!isWrite(action) || productOf(action) !== 'clb') return ['*'];
  const names = loadBalancerIds.length === 0 ? ['*'] : loadBalancerIds;
  return names.map((name) => `qcs::clb:${region}:${account}:clb/${name}`);
}

function isAllowed(policy: Policy, action: string, resource: string): boolean {
  const effects = policy
    .filter(({ actions, resources }) => actions.some((it) => coversAction(it, action)) && covers(resources, resource))
    .map(({ effect }) => effect);
  return effects.includes('allow') && !effects.includes('deny');
}

/** Older policies write "name/clb:CreateListener". */
function coversAction(pattern: string, action: string): boolean {
  return matches(pattern.replace(/^name\//, ''), action);
}

function covers(patterns: readonly string[], resource: string): boolean {
  return patterns.some((pattern) => pattern === '*' || (resource !== '*' && coversParts(pattern, resource)));
}

/** A resource has six parts; a part that the pattern leaves empty stands for any. */
function coversParts(pattern: string, resource: string): boolean {
  const wanted = pattern.split(':');
  const parts = resource.split(':');
  return wanted.length === parts.length && wanted.every((it, at) => it === '' || matches(it, parts[at] ?? ''));
}

function matches(pattern: string, text: string): boolean {
  const literal = (part: string) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${pattern.split('*').map(literal).join('.*')}$`).test(text);
}
