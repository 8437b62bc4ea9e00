import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { cacheKey, moduleFolder, pinnedKubernetes } from './key.ts';
import { etcdVersion, moduleOf, renderGoMod, stagingModules } from './pin.ts';
import { recipesFor, versionFlags } from './recipes.ts';

describe('the name of a cached program', () => {
  const source = { name: 'pause', module: '.', package: './pause', ldflags: '-s' } as const;
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'key-'));
    mkdirSync(join(folder, 'pause'));
    for (const file of ['go.mod', 'go.sum', 'pause/main.go']) writeFileSync(join(folder, file), file);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('stays the same while nothing changes', () => {
    expect(cacheKey(source, 'go1.26.8', folder)).toBe(cacheKey({ ...source }, 'go1.26.8', folder));
  });

  test.each(['go.mod', 'go.sum', 'pause/main.go'])('changes with %s', (file) => {
    const before = cacheKey(source, 'go1.26.8', folder);
    writeFileSync(join(folder, file), 'changed');
    expect(cacheKey(source, 'go1.26.8', folder)).not.toBe(before);
  });

  test('changes with the version of Go, the flags and the package', () => {
    const keys = [
      cacheKey(source, 'go1.26.8', folder),
      cacheKey(source, 'go1.26.9', folder),
      cacheKey({ ...source, ldflags: '' }, 'go1.26.8', folder),
      cacheKey({ ...source, package: 'k8s.io/x' }, 'go1.26.8', folder),
    ];
    expect(new Set(keys).size).toBe(4);
  });
});

describe('what is built', () => {
  test('for a whole cluster includes what nodes and pods need, for a control plane does not', () => {
    const names = (all: { name: string }[]) => all.map(({ name }) => name);
    for (const name of ['kubelet', 'kube-proxy', 'coredns']) {
      expect(names(recipesFor('1.36', false))).toContain(name);
      expect(names(recipesFor('1.36', true))).not.toContain(name);
    }
  });

  test('includes the client of the same Kubernetes in its DNS, for what is compiled already', () => {
    const goMod = readFileSync(join(moduleFolder('coredns'), 'go.mod'), 'utf8');
    expect(goMod).toContain(`k8s.io/client-go v0${pinnedKubernetes('.').slice(1)} `);
  });

  test('for 1.24 takes only what must be old from the old module', () => {
    const old = recipesFor('1.24', true).filter(({ module }) => module === '1.24');
    expect(old.map(({ name }) => name)).toEqual(['kube-apiserver', 'kube-controller-manager']);
  });

  test('knows its version in both packages that are asked for it', () => {
    const flags = versionFlags('1.24.17');
    expect(flags).toContain('-X k8s.io/component-base/version.gitVersion=v1.24.17');
    expect(flags).toContain('-X k8s.io/client-go/pkg/version.gitVersion=v1.24.17');
    expect(flags).toContain('version.gitMinor=24 ');
  });
});

describe('a go.mod of our own', () => {
  const kubernetes = `module k8s.io/kubernetes

require (
	go.etcd.io/etcd/client/v3 v3.6.8
	k8s.io/api v0.0.0
)

replace (
	k8s.io/api => ./staging/src/k8s.io/api
	k8s.io/apimachinery => ./staging/src/k8s.io/apimachinery
	example.com/fork => example.com/other v1.0.0
)
`;

  test('replaces the staging modules, and only those, by what was published with the version', () => {
    expect(stagingModules(kubernetes)).toEqual(['k8s.io/api', 'k8s.io/apimachinery']);
    expect(renderGoMod(stagingModules(kubernetes), '1.36.3')).toContain('replace k8s.io/api => k8s.io/api v0.36.3\n');
  });

  test('takes the etcd that Kubernetes names', () => {
    expect(etcdVersion(kubernetes)).toBe('v3.6.8');
    expect(() => etcdVersion('module x')).toThrow('names no etcd');
  });

  test('of 1.24 lies in a folder of its own', () => {
    expect([moduleOf('1.24.17'), moduleOf('1.36.3')]).toEqual(['1.24', '.']);
  });
});
