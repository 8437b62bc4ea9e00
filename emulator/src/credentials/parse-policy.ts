import type { Policy } from './policy.ts';

type Structure = Readonly<Record<string, unknown>>;

/** Reads a CAM policy of syntax 2.0; what is wrong is thrown, as the end of "expects ...". */
export function parsePolicy(content: unknown): Policy {
  const { version, statement } = structure(content, 'a CAM policy as JSON');
  if (version !== '2.0') throw new Error('a CAM policy of version 2.0');
  if (!Array.isArray(statement) || statement.length === 0) throw new Error('a CAM policy with a list "statement"');
  return statement.map(parseStatement);
}

function parseStatement(value: unknown): Policy[number] {
  const { effect, action, resource, ...others } = structure(value, 'statements that are objects');
  if (effect !== 'allow' && effect !== 'deny') throw new Error('statements whose "effect" is allow or deny');
  const [other] = Object.keys(others);
  if (other !== undefined) throw new Error(`statements of effect, action and resource; "${other}" is not emulated`);
  return { effect, actions: texts(action, 'action'), resources: texts(resource, 'resource') };
}

function structure(value: unknown, expects: string): Structure {
  if (typeof value !== 'object' || value === null) throw new Error(expects);
  return value as Structure;
}

function texts(value: unknown, name: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const isText = (item: unknown): item is string => typeof item === 'string' && item !== '';
  if (list.length === 0 || !list.every(isText))
    throw new Error(`statements whose "${name}" is a text or a list of them`);
  return list;
}
