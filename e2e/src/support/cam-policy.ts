import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

interface CamPolicy {
  readonly version: string;
  readonly statement: readonly {
    readonly effect: string;
    readonly action: readonly string[];
    readonly resource: readonly string[];
  }[];
}

const file = resolve(import.meta.dirname, '../../../manifests/cam-policy.json');

/** The policy that the controller's credentials have. */
export function camPolicy(): CamPolicy {
  return JSON.parse(readFileSync(file, 'utf8')) as CamPolicy;
}

/** The same without one action, such as "clb:CreateListener". */
export function camPolicyWithout(action: string): CamPolicy {
  const policy = camPolicy();
  const statement = policy.statement.map((it) => ({ ...it, action: it.action.filter((one) => one !== action) }));
  return { ...policy, statement };
}
