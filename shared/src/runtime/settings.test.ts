import { describe, expect, test } from '@jest/globals';
import {
  balancerRules,
  describeSettings,
  flag,
  integer,
  list,
  oneOf,
  readSettings,
  SettingsError,
  text,
} from './settings.ts';

const definitions = {
  REGION: text({
    pattern: /^ap-[a-z]+$/,
    expects: 'a region of Tencent Cloud',
    example: 'ap-guangzhou',
    help: 'where',
  }),
  SECRET_KEY: text({ example: 'from the console', secret: true, pattern: /^\w{5,}$/, help: 'key', default: 'hidden' }),
  PORT: integer({ min: 1, max: 65_535, default: 9_090, help: 'port' }),
  MODE: oneOf(['eni', 'not-eni'], { default: 'eni', help: 'mode' }),
  QUICK: flag({ default: false, help: 'quick' }),
  NAMESPACES: list({ default: ['kube-system'], pattern: /^[a-z-]+$/, example: 'a,b', help: 'namespaces' }),
};

function problemsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    readSettings(definitions, env);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

describe('values', () => {
  test('come from the environment, in their own types', () => {
    const env = {
      REGION: ' ap-beijing\n',
      PORT: '80',
      MODE: 'not-eni',
      QUICK: 'true',
      NAMESPACES: 'a, b,',
      OTHER: 'x',
    };
    const settings = readSettings(definitions, env);
    const mode: 'eni' | 'not-eni' = settings.MODE;
    const port: number = settings.PORT;
    expect(settings).toEqual({
      REGION: 'ap-beijing',
      SECRET_KEY: 'hidden',
      PORT: port,
      MODE: mode,
      QUICK: true,
      NAMESPACES: ['a', 'b'],
    });
    expect([port, mode]).toEqual([80, 'not-eni']);
  });

  test('are the defaults where nothing is given, and an empty text is nothing', () => {
    expect(readSettings(definitions, { REGION: 'ap-x', PORT: '', MODE: ' ' })).toMatchObject({
      PORT: 9_090,
      MODE: 'eni',
      QUICK: false,
      NAMESPACES: ['kube-system'],
    });
  });

  test('an empty list is a list', () => {
    expect(readSettings(definitions, { REGION: 'ap-x', NAMESPACES: '' }).NAMESPACES).toEqual([]);
  });
});

describe('problems', () => {
  test('are reported all at once, each with its setting, what it got, what it expects and an example', () => {
    expect(problemsOf({ PORT: '70000', MODE: 'ENI', QUICK: 'yes', NAMESPACES: 'a,B' })).toEqual([
      'REGION: is not set, expects a region of Tencent Cloud, for example ap-guangzhou',
      'PORT: got "70000", expects a whole number from 1 to 65535, for example 9090',
      'MODE: got "ENI", expects one of eni, not-eni, for example eni',
      'QUICK: got "yes", expects true or false, for example false',
      'NAMESPACES: got "a,B", expects texts with commas between them, each like ^[a-z-]+$, for example a,b',
    ]);
  });

  test.each(['1.5', '1e3', '0x10', 'NaN', '-1', '٣'])('%j is no port', (PORT) => {
    expect(problemsOf({ REGION: 'ap-x', PORT })).toHaveLength(1);
  });

  test('say when a required text is empty', () => {
    expect(problemsOf({ REGION: '' })[0]).toContain('REGION: got "", expects');
  });

  test('never show a secret', () => {
    const [problem] = problemsOf({ REGION: 'ap-x', SECRET_KEY: 'my!' });
    expect(problem).toContain('SECRET_KEY: got a value that is not shown here');
    expect(problem).not.toContain('my!');
  });
});

test('the help is a table of every setting with its default', () => {
  const lines = describeSettings(definitions).split('\n');
  expect(lines).toHaveLength(7);
  expect(lines[1]).toMatch(
    /^REGION {6}text {4}\(required\) {3}where \(a region of Tencent Cloud, for example ap-guangzhou\)$/,
  );
  const columns = lines.map((line) => line.search(/(?<= {2})(KIND|text|number|word|flag|list)\b/));
  expect(new Set(columns).size).toBe(1);
  expect(describeSettings(definitions)).not.toContain('hidden');
});

test('Of a list of rules the problem names the wrong one.', () => {
  const rules = { RULES: balancerRules({ help: 'who may use what' }) };

  expect(readSettings(rules, {}).RULES).toEqual([]);
  expect(readSettings(rules, { RULES: 'lb-a=shop' }).RULES).toEqual([{ balancers: 'lb-a', namespaces: ['shop'] }]);
  expect(() => readSettings(rules, { RULES: 'lb-a=shop; lb-b' })).toThrow(
    'RULES: got "lb-a=shop; lb-b": "lb-b" has not exactly one "=", expects CLB=NAMESPACE,NAMESPACE with ; between ' +
      'rules, * for any text, for example lb-a1b2c3d4=shop,shop-*; lb-*=platform',
  );
});
