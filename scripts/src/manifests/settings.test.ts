import { describe, expect, test } from '@jest/globals';
import { definitions as controllerSettings } from '@clb-direct/controller/settings.ts';
import { programSettings } from '@clb-direct/shared/runtime/program.ts';
import { readSettings, SettingsError, type Definitions } from '@clb-direct/shared/runtime/settings.ts';
import { webhookSettings } from '@clb-direct/webhook/settings.ts';
import { readComments, readEnvFile, readObjects } from './read-manifests.ts';

interface Deployment {
  readonly spec: { readonly template: { readonly spec: { readonly containers: readonly Container[] } } };
}
interface Container {
  readonly env: readonly { readonly name: string; readonly value?: string }[];
}

const written = readEnvFile('base/settings.env');
const local = readEnvFile('local/settings.env');
const comments = readComments('base/settings.env');
const programs: readonly [name: string, definitions: Definitions][] = [
  ['controller', { ...programSettings, ...controllerSettings }],
  ['webhook', { ...programSettings, ...webhookSettings }],
];
const fromPod = ['POD_NAME', 'POD_NAMESPACE'];
const filledInByUser = { CLUSTER_ID: 'cls-a1b2c3d4', REGION: 'ap-guangzhou', VPC_ID: 'vpc-a1b2c3d4' };

/** What the Deployment sets itself; it wins over the ConfigMap. */
function ownVariables(program: string): Map<string, string> {
  const deployment = readObjects(`base/${program}/deployment.yaml`)[0] as unknown as Deployment;
  const variables = deployment.spec.template.spec.containers.flatMap(({ env }) => env);
  return new Map(variables.map(({ name, value }) => [name, value ?? '']));
}

function environment(program: string, ...more: Readonly<Record<string, string>>[]): Record<string, string> {
  const own = { ...Object.fromEntries(ownVariables(program)), POD_NAME: 'pod-1', POD_NAMESPACE: 'clb-direct' };
  return Object.assign({}, Object.fromEntries(written), ...more, own) as Record<string, string>;
}

test('settings.env holds every setting of both programs, each once, and nothing else.', () => {
  const names = new Set(programs.flatMap(([, definitions]) => Object.keys(definitions)));

  expect([...written.keys()].sort()).toEqual([...names].filter((name) => !fromPod.includes(name)).sort());
});

test('The line above each setting says what --help says, and how one to be filled in looks.', () => {
  for (const name of written.keys()) {
    const settings = programs.map(([, definitions]) => definitions[name]).filter((setting) => setting !== undefined);
    const wanted = settings.map(({ fallback, help, example }) =>
      fallback === undefined ? `${help}; required, for example ${example}` : help,
    );
    expect(wanted.map((comment) => `${name}: ${comment}`)).toContain(`${name}: ${comments.get(name) ?? ''}`);
  }
});

test('The local overlay changes only settings that exist.', () => {
  expect([...written.keys()]).toEqual(expect.arrayContaining([...local.keys()]));
});

describe.each(programs)('The %s', (program, definitions) => {
  test('gets the default of each of its settings, written out.', () => {
    const env = environment(program, filledInByUser);
    const settings = readSettings(definitions, env);

    for (const [name, { fallback }] of Object.entries(definitions)) {
      expect([name, env[name]]).not.toEqual([name, undefined]);
      const isOpen = fallback === undefined || fromPod.includes(name);
      if (!isOpen) expect([name, settings[name]]).toEqual([name, fallback]);
    }
  });

  test('asks for what is to be filled in, and for that alone.', () => {
    const asked = problemsOf(() => readSettings(definitions, environment(program))).map(
      (problem) => problem.split(':')[0],
    );

    expect(asked.sort()).toEqual(Object.keys(filledInByUser).filter((name) => name in definitions));
  });

  test('accepts the settings of the local overlay.', () => {
    const env = environment(program, Object.fromEntries(local));

    expect(problemsOf(() => readSettings(definitions, env))).toEqual([]);
  });

  test('is given no variable that it does not read.', () => {
    expect(Object.keys(definitions)).toEqual(expect.arrayContaining([...ownVariables(program).keys()]));
  });
});

function problemsOf(read: () => unknown): readonly string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}
