import { readFileSync } from 'node:fs';
import { parsePolicy } from '../credentials/parse-policy.ts';
import type { Policy } from '../credentials/policy.ts';
import type { Fault } from '../faults/fault-kinds.ts';
import { parseFaults } from '../faults/parse-fault.ts';
import { readCertificateFile } from '../proxy/certificate-file.ts';
import type { Certificate } from '../state/model.ts';
import type { SavedState } from '../state/saved-schema.ts';
import { parseSavedState, SavedStateError } from '../state/saved-state.ts';
import type { LoadBalancerSeed } from '../state/seed.ts';
import { list } from './flag-values.ts';

/** A file of certificates. */
export function certificates(path: string): Record<string, Certificate> {
  if (path === '') return {};
  try {
    return readCertificateFile(path);
  } catch (error) {
    throw new Error(`a JSON file of certificates (${String(error)})`, { cause: error });
  }
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Something is wrong in a file; every problem is listed with its path. */
export class FileError extends Error {
  readonly problems: readonly string[];
  constructor(path: string, problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems.map((problem) => `${path}: ${problem}`);
  }
}

/** A file that GET /state/save made. */
export function state(regions: readonly string[]) {
  return (path: string): SavedState | undefined => {
    if (path === '') return undefined;
    const content = readJson(path);
    if (content === undefined) throw new Error('a readable JSON file that GET /state/save made');
    try {
      return parseSavedState(content, regions);
    } catch (error) {
      throw error instanceof SavedStateError ? new FileError(path, error.problems) : error;
    }
  };
}

/** A file of faults by name. */
export function faults(path: string): Record<string, Fault> {
  if (path === '') return {};
  const content = readJson(path) as { faults?: Record<string, unknown> } | undefined;
  if (typeof content?.faults !== 'object')
    throw new Error('a readable JSON file with {"faults":{"NAME":{"kind",...}}}');
  const { faults: parsed, problems } = parseFaults(content.faults);
  if (problems.length > 0) throw new FileError(path, problems);
  return parsed;
}

/** A file of load balancers. */
export function seed(path: string): LoadBalancerSeed[] {
  if (path === '') return [];
  const content = readJson(path) as { loadBalancers?: LoadBalancerSeed[] } | undefined;
  if (!Array.isArray(content?.loadBalancers)) throw new Error('a readable JSON file with {"loadBalancers":[...]}');
  return content.loadBalancers;
}

/** ID=FILE, comma separated: CAM policies. */
export function policies(value: string): Record<string, Policy> {
  return Object.fromEntries(list(value).map(policyOf));
}

function policyOf(part: string): [string, Policy] {
  const [, id = '', path = ''] = /^([^=]+)=(.+)$/.exec(part) ?? [];
  if (path === '') throw new Error('ID=FILE, comma separated');
  const content = readJson(path);
  if (content === undefined) throw new Error('readable JSON files');
  return [id, parsePolicy(content)];
}
