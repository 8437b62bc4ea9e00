import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeyedCertificate } from '../material.ts';

/** A CA as people make one with openssl, below a root of its own: `extensions` are lines of an openssl section. */
export interface ForeignCa {
  readonly subject?: string;
  readonly extensions?: readonly string[];
  /** PEM; a new one if not given. */
  readonly key?: string;
  readonly days?: number;
}

const usual = ['basicConstraints=critical,CA:TRUE,pathlen:0', 'keyUsage=critical,keyCertSign,cRLSign'];
// Two values in one place and letters beyond ASCII: names that a careless program encodes again and differently.
const usualName = '/C=DE/O=Müller & Söhne/OU=PKI+CN=Issuing CA 東京';

/** Calls openssl; the root's key is an elliptic one, so it takes no time. */
export function bringCa({
  subject = usualName,
  extensions = usual,
  key = nextKey(),
  days = 30,
}: ForeignCa = {}): KeyedCertificate {
  const folder = mkdtempSync(join(tmpdir(), 'clb-direct-ca-'));
  const run = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const name = ['-utf8', '-multivalue-rdn', '-nameopt', 'utf8', '-subj', subject];
  try {
    writeFileSync(join(folder, 'ext'), ['subjectKeyIdentifier=0102030405', ...extensions].join('\n'));
    writeFileSync(join(folder, 'root.key'), makeKey('EC', 'ec_paramgen_curve:P-256'));
    writeFileSync(join(folder, 'ca.key'), key);
    run('req', '-x509', '-key', 'root.key', '-subj', '/CN=root', '-days', '3650', '-out', 'root.crt');
    run('req', '-new', '-key', 'ca.key', ...name, '-out', 'ca.csr');
    const root = ['-CA', 'root.crt', '-CAkey', 'root.key', '-set_serial', '7'];
    run('x509', '-req', '-in', 'ca.csr', ...root, '-days', String(days), '-extfile', 'ext', '-out', 'ca.crt');
    return { certificate: readFileSync(join(folder, 'ca.crt'), 'utf8'), key };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Of a few in turn: making one takes longer than all else, and no test needs more than these to differ. */
const keys: string[] = [];
let used = 0;

function nextKey(): string {
  used += 1;
  return (keys[used % 4] ??= makeKey('RSA', 'rsa_keygen_bits:2048'));
}

/** Makes a private key with openssl, PEM. */
export function makeKey(algorithm: 'RSA' | 'EC', option: string): string {
  const args = ['genpkey', '-algorithm', algorithm, '-pkeyopt', option];
  return execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
