import { beforeAll, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { checkParameters as check } from '@clb-direct/emulator/api/parameters.ts';
import { readRequest } from '@clb-direct/emulator/api/read-request.ts';
import { clbActions } from '@clb-direct/emulator/definitions/action-names.ts';
import { definitions } from '@clb-direct/emulator/definitions/definitions.ts';
import { responseMisfits } from '@clb-direct/emulator/definitions/response-misfits.ts';
import { pythonFile } from '../support/clients/python-environment.ts';

/** tccli brings the samples of the API's documentation: requests that the cloud takes, and answers that it gives. */
interface Sample {
  title: string;
  /** A GET's address, or a POST with its headers and body. */
  input: string;
  output: string;
}

let samples: Readonly<Record<string, Sample[] | undefined>>;

beforeAll(async () => {
  const text = await readFile(await pythonFile('tccli/services/clb/v20180317/examples.json'), 'utf8');
  ({ actions: samples } = JSON.parse(text) as { actions: typeof samples });
}, 400_000);

/** "<...>" stands for the parameters that all requests have. */
function queryOf(input: string): string {
  const parts = input.replaceAll(/\s/g, '').split('?')[1]?.split('&') ?? [];
  return parts.filter((part) => !part.startsWith('<') && !part.startsWith('Action=')).join('&');
}

function requestOf(action: string, { input }: Sample): unknown {
  const isPost = input.startsWith('POST');
  return readRequest(definitions, action, {
    method: isPost ? 'POST' : 'GET',
    query: isPost ? '' : queryOf(input),
    headers: {},
    body: Buffer.from(isPost ? input.slice(input.indexOf('{')) : ''),
  });
}

test.each(clbActions)('the samples of %s are taken and are what an answer looks like', (action) => {
  const own = samples[action] ?? [];
  expect(own.length).toBeGreaterThan(0);
  for (const sample of own) {
    const request = requestOf(action, sample);
    expect(request).toBeInstanceOf(Object);
    expect(() => check(action, request)).not.toThrow();
    const { Response } = JSON.parse(sample.output) as { Response: object };
    // Some samples are older than some fields.
    const misfits = responseMisfits(definitions, action, Response).filter((it) => !it.endsWith(' is missing'));
    expect(misfits).toEqual([]);
  }
});
