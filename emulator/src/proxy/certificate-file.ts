import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Certificate } from '../state/model.ts';

interface Entry {
  id?: string;
  name?: string;
  certificate?: string;
  privateKey?: string;
}

/** PEM text itself, or the file that has it, seen from where the list is. */
function pemOf(value: string, folder: string): string {
  return value.includes('-----BEGIN') ? value : readFileSync(resolve(folder, value), 'utf8');
}

/**
 * Reads certificates by id, as the SSL certificate service would have them, from a JSON file
 * {"certificates":[{"id","name","certificate","privateKey"}]}; one without a key is a CA.
 */
export function readCertificateFile(path: string): Record<string, Certificate> {
  const { certificates = [] } = JSON.parse(readFileSync(path, 'utf8')) as { certificates?: Entry[] };
  const entries = certificates.map(({ id, name, certificate, privateKey }, index) => {
    if (!id || !certificate) throw new Error(`${path}: entry ${index} needs "id" and "certificate"`);
    const key = privateKey === undefined ? undefined : pemOf(privateKey, dirname(path));
    return [id, { name: name ?? id, certificate: pemOf(certificate, dirname(path)), privateKey: key }] as const;
  });
  return Object.fromEntries(entries);
}
