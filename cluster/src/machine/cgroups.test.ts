import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createCgroup, deepestFirst, foldersDownTo, parseHierarchies, usedHierarchies } from './cgroups.ts';

const hybrid = `tmpfs /sys/fs/cgroup tmpfs rw 0 0
cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,relatime,cpu,cpuacct 0 0
cgroup /sys/fs/cgroup/cpuset cgroup rw,relatime,cpuset 0 0
cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0
`;

describe('the hierarchies of a machine', () => {
  test('with both versions are those of version 1', () => {
    const used = usedHierarchies(parseHierarchies(hybrid));
    expect(used.map(({ path }) => path)).toEqual(['/sys/fs/cgroup/cpu,cpuacct', '/sys/fs/cgroup/cpuset']);
    expect(used[0]?.controllers).toEqual(expect.arrayContaining(['cpu', 'cpuacct']));
  });

  test('with version 2 alone are that one', () => {
    const used = usedHierarchies(parseHierarchies('cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n'));
    expect(used).toEqual([{ path: '/sys/fs/cgroup', version: 2, controllers: [] }]);
  });
});

describe('with folders that look like cgroups', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'cgroups-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  test('a tree is listed so that children come before their parents', () => {
    mkdirSync(join(root, 'a/b/c'), { recursive: true });
    mkdirSync(join(root, 'a/d'));
    const order = deepestFirst(join(root, 'a')).map((path) => path.slice(root.length));
    expect(order.indexOf('/a/b/c')).toBeLessThan(order.indexOf('/a/b'));
    expect(order.at(-1)).toBe('/a');
    expect(order).toHaveLength(4);
  });

  test('a new cgroup of version 1 gets its CPUs from its parent, at every level', () => {
    for (const folder of ['', 'one', 'one/node1']) {
      mkdirSync(join(root, folder), { recursive: true });
      writeFileSync(join(root, folder, 'cpuset.cpus'), folder === '' ? '0-1\n' : '\n');
      writeFileSync(join(root, folder, 'cpuset.mems'), folder === '' ? '0\n' : '\n');
    }
    createCgroup('one/node1', [{ path: root, version: 1, controllers: ['cpuset'] }]);
    expect(readFileSync(join(root, 'one/node1/cpuset.cpus'), 'utf8').trim()).toBe('0-1');
    expect(readFileSync(join(root, 'one/node1/cpuset.mems'), 'utf8').trim()).toBe('0');
  });

  test.each([
    { version: 1, controllers: ['cpu', 'cpuacct'], file: 'cpu.shares', share: '8192' },
    { version: 2, controllers: [], file: 'cpu.weight', share: '800' },
  ] as const)('all pods of a cluster get the CPU time of eight processes: $file', ({ file, share, ...hierarchy }) => {
    mkdirSync(join(root, 'one'));
    for (const folder of ['.', 'one']) writeFileSync(join(root, folder, 'cgroup.controllers'), 'cpu\n');
    createCgroup('one/node1', [{ path: root, ...hierarchy }]);
    expect(readFileSync(join(root, 'one', file), 'utf8')).toBe(share);
    expect(existsSync(join(root, 'one/node1', file))).toBe(false);
  });

  test('a new cgroup of version 2 is handed the controllers that its parent has', () => {
    writeFileSync(join(root, 'cgroup.controllers'), 'cpuset cpu rdma memory\n');
    createCgroup('one', [{ path: root, version: 2, controllers: [] }]);
    expect(readFileSync(join(root, 'cgroup.subtree_control'), 'utf8')).toBe('+cpuset +cpu +memory');
  });
});

test('a name with slashes is a folder in a folder', () => {
  expect(foldersDownTo('/sys/fs/cgroup/cpu', 'one/node1')).toEqual([
    '/sys/fs/cgroup/cpu/one',
    '/sys/fs/cgroup/cpu/one/node1',
  ]);
});
