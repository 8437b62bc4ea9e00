import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { missingCapabilities } from './capabilities.ts';
import { goProblem } from './go.ts';
import { findCniFolder, missingPackages, searchPath } from './packages.ts';
import { availableMemory, roomProblems } from './room.ts';

describe('capabilities', () => {
  test('all are there for an ordinary root', () => {
    expect(missingCapabilities('Name:\tnode\nCapEff:\t000001ffffffffff\n')).toEqual([]);
  });

  test("the ones that a container's root lacks are named", () => {
    expect(missingCapabilities('CapEff:\t00000000a80425fb\n')).toEqual(['CAP_NET_ADMIN', 'CAP_SYS_ADMIN']);
  });

  test('one single missing bit is found', () => {
    expect(missingCapabilities('CapEff:\t000001ffffdfffff\n')).toEqual(['CAP_SYS_ADMIN']);
  });
});

describe('Go', () => {
  test.each([
    ['go1.26.8\nlocal\n', undefined],
    ['go1.27.0\nauto\n', undefined],
    ['go1.21.13\nauto\n', undefined],
    ['go1.24.1\nlocal\n', 'GOTOOLCHAIN=local forbids it to fetch'],
    ['go1.19.8\n\n', 'Go is too old: go1.19.8;'],
    [undefined, 'Go is missing'],
  ])('%j', (printed, problem) => {
    if (problem === undefined) expect(goProblem(printed)).toBeUndefined();
    else expect(goProblem(printed)).toContain(problem);
  });
});

describe('packages', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'packages-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  test('on an empty machine all of them are missing, each named once', () => {
    const missing = missingPackages({ path: root, withNodes: true, cniFolder: undefined });
    const forNodes = ['containerd', 'runc', 'containernetworking-plugins'];
    expect(missing).toEqual(expect.arrayContaining([...forNodes, 'iptables', 'nftables', 'iproute2', 'util-linux']));
    expect(new Set(missing).size).toBe(missing.length);
  });

  test('a control plane alone needs no container runtime', () => {
    const missing = missingPackages({ path: root, withNodes: false, cniFolder: undefined });
    expect(missing).not.toContain('containerd');
    expect(missing).not.toContain('containernetworking-plugins');
  });

  test('what is found in any folder of the path is not missing', () => {
    mkdirSync(join(root, 'sbin'));
    writeFileSync(join(root, 'sbin/iptables'), '');
    const missing = missingPackages({ path: `/nowhere:${join(root, 'sbin')}`, withNodes: false, cniFolder: undefined });
    expect(missing).not.toContain('iptables');
  });

  test('CNI plugins count only if the ones that we use are there', () => {
    writeFileSync(join(root, 'ptp'), '');
    expect(findCniFolder(['/nowhere', root])).toBeUndefined();
    writeFileSync(join(root, 'host-local'), '');
    expect(findCniFolder(['/nowhere', root])).toBe(root);
  });

  test("the system's folders are searched after the user's own, none twice", () => {
    expect(searchPath('/opt/go/bin:/usr/bin')).toBe(
      '/opt/go/bin:/usr/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin:/bin',
    );
  });
});

describe('room', () => {
  test('what is too small is reported with both numbers', () => {
    const GiB = 1024 ** 3;
    const rooms = [
      { what: 'disk', where: '/root/.cache', free: 1.25 * GiB, needed: 4 * GiB },
      { what: 'memory', where: 'to run', free: 8 * GiB, needed: GiB },
    ] as const;
    expect(roomProblems(rooms)).toEqual(['too little disk (/root/.cache): 1.3 GiB free, 4.0 GiB needed']);
  });

  test('available memory is read from the text of /proc/meminfo', () => {
    expect(availableMemory('MemTotal:  16 kB\nMemAvailable:    8 kB\n')).toBe(8192);
  });
});
