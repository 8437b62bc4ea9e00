import { expect, test } from '@jest/globals';
import { cgroupName, clusterPaths, baseDirsFrom } from './paths.ts';
import { UsageError } from '@clb-direct/shared/runtime/command-line/usage-error.ts';

test('state and cache live in the home folder, unless the XDG variables say otherwise', () => {
  expect(baseDirsFrom({ HOME: '/root' })).toEqual({
    state: '/root/.local/state/clb-direct',
    cache: '/root/.cache/clb-direct',
  });
  expect(baseDirsFrom({ HOME: '/root', XDG_STATE_HOME: '/s', XDG_CACHE_HOME: '/c' })).toEqual({
    state: '/s/clb-direct',
    cache: '/c/clb-direct',
  });
});

test('a variable that is set but empty counts as not set', () => {
  expect(baseDirsFrom({ HOME: '/root', XDG_STATE_HOME: '', XDG_CACHE_HOME: '' }).state).toMatch(/^\/root\/\.local/);
});

test('clusters of one name but different state folders have different cgroups', () => {
  const [one, two] = ['/home/a', '/home/b'].map((HOME) => clusterPaths(baseDirsFrom({ HOME }), 'ci').stateDir);
  expect(cgroupName(one ?? '', 'ci')).toMatch(/^clb-direct-ci-[0-9a-f]{8}$/);
  expect(cgroupName(one ?? '', 'ci')).not.toBe(cgroupName(two ?? '', 'ci'));
});

test('the lock outlives the folder that is removed with the cluster', () => {
  const paths = clusterPaths(baseDirsFrom({ HOME: '/root' }), 'ci');
  expect(paths.lock.startsWith(paths.stateDir)).toBe(false);
});

test.each(['', '.', '..', '../../precious', 'a/b', 'A_B', '-a', 'a\n', 'a'.repeat(31)])(
  'a cluster named %j has no paths, so nothing can be removed under that name',
  (name) => {
    const paths = () => clusterPaths(baseDirsFrom({ HOME: '/root' }), name);
    expect(paths).toThrow(UsageError);
    expect(paths).toThrow(`the cluster's name is "${name}", expected 1 to 30 of a-z`);
  },
);

test('the longest name is still a name', () => {
  const name = 'a'.repeat(30);
  expect(clusterPaths(baseDirsFrom({ HOME: '/root' }), name).stateDir).toBe(
    `/root/.local/state/clb-direct/clusters/${name}`,
  );
});
