import { describe, expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { aPort, aService } from '../../../testing/builders.ts';
import { readExistingListeners } from './existing-listeners.ts';
import { readService } from './read-service.ts';

const http = aPort({ port: 80 });
const https = aPort({ port: 443 });
const dns = [aPort({ port: 53 }), aPort({ port: 53, protocol: 'UDP' })];
const ports = [http, https, ...dns];

/** What becomes of each port: an id, "ours", or why it waits. */
function outcomes(existingListeners: string | undefined): Readonly<Record<string, string>> {
  const read = readExistingListeners({ existingListeners, ports });
  const pairs = ports.map((port) => {
    const { existing, incomplete } = read.of(port);
    const id = existing === undefined ? 'ours' : [existing.listenerId, existing.locationId].join(' ').trim();
    return [`${port.port}/${port.protocol}`, incomplete?.message ?? id] as const;
  });
  return Object.fromEntries(pairs);
}
const strays = (existingListeners: string) => readExistingListeners({ existingListeners, ports }).findings;

const ours = { '80/TCP': 'ours', '443/TCP': 'ours', '53/TCP': 'ours', '53/UDP': 'ours' };

describe('a value that can be read', () => {
  test.each([
    [undefined, {}],
    ['', {}],
    [' , ', {}],
    ['80=lbl-a', { '80/TCP': 'lbl-a' }],
    [' 80 = lbl-a , 443/TCP=lbl-b/loc-c ,', { '80/TCP': 'lbl-a', '443/TCP': 'lbl-b loc-c' }],
    ['53/UDP=lbl-u,53/TCP=lbl-t', { '53/UDP': 'lbl-u', '53/TCP': 'lbl-t' }],
    ['80=lbl-b/loc-1,443=lbl-b/loc-2', { '80/TCP': 'lbl-b loc-1', '443/TCP': 'lbl-b loc-2' }],
  ])('%p', (text, expected) => {
    expect(outcomes(text)).toEqual({ ...ours, ...expected });
    expect(strays(text ?? '')).toEqual([]);
  });
});

describe('a wrong entry keeps its own port waiting, and no other', () => {
  test.each([
    ['80=lb-a,443=lbl-b', '80/TCP', '"80=lb-a" has no listener id', { '443/TCP': 'lbl-b' }],
    ['80=,443=lbl-b', '80/TCP', '"80=" has no listener id', { '443/TCP': 'lbl-b' }],
    ['80=lbl-a/loc-', '80/TCP', 'has no listener id', {}],
    ['80=lbl-a,80=lbl-c', '80/TCP', '"80=lbl-a", "80=lbl-c" name it more than once', {}],
    ['443=lbl-a,80=lbl-a', '443/TCP', 'names what port 80/TCP has', { '80/TCP': 'lbl-a' }],
  ])('%p', (text, port, problem, others) => {
    const found = outcomes(text);
    const waiting = found[port];
    expect(waiting).toContain(`Annotation clb-direct.io/existing-listeners: Port ${port} waits: `);
    expect(waiting).toContain(problem);
    expect(found).toEqual({ ...ours, ...others, [port]: waiting });
  });

  test('a number that two protocols have keeps both waiting', () => {
    const found = outcomes('53=lbl-a');
    expect(found['53/TCP']).toContain('"53=lbl-a" means two ports; write 53/TCP and 53/UDP');
    expect(found['53/UDP']).toContain('means two ports');
    expect(found['80/TCP']).toBe('ours');
  });
});

describe('what may mean any port', () => {
  test.each([
    '{"80": "lbl-a"}',
    '8O=lbl-a',
    '80:lbl-a',
    'http=lbl-a',
    '80/SCTP=lbl-a',
    '800000=lbl-a',
    'x'.repeat(5_000),
  ])('%.20p keeps every port waiting that no other entry names', (text) => {
    const found = outcomes(`443=lbl-b,${text}`);
    expect(found['80/TCP']).toContain('cannot be read, and may mean it');
    if (text.length < 4_000) expect(found['443/TCP']).toBe('lbl-b');
  });

  test('more entries than a record takes', () => {
    const many = Array.from({ length: 51 }, (_, n) => `${1000 + n}=lbl-a`).join();
    expect(outcomes(many)['80/TCP']).toContain('more than 50 entries');
  });

  test('is bounded and harmless where it is quoted', () => {
    const text = outcomes(`\u001b[31m${'y'.repeat(500)}`)['80/TCP'] ?? '';
    expect(text).not.toContain('\u001b');
    expect(text.length).toBeLessThan(400);
  });
});

test('A port that the Service does not have is told, and no port waits for it', () => {
  expect(strays('81=lbl-a,80=lbl-b')).toMatchObject([
    { severity: 'Warning', reason: 'AnnotationMalformed', message: expect.stringContaining('"81=lbl-a" names a port') },
  ]);
  expect(outcomes('81=lbl-a,80=lbl-b')).toEqual({ ...ours, '80/TCP': 'lbl-b' });
});

test('A binding at such a listener asks for no settings of the listener, whatever else the Service says', () => {
  const view = readService(
    aService({
      ports: [http, https],
      existingListeners: '80=lbl-a,443=x',
      healthCheck: 'on',
      annotations: { [annotation.specifyProtocol]: '{"80":{"protocol":["HTTP"]}}' },
    }),
  );
  const place = { protocol: 'TCP', port: 80 };
  expect(view.bindings).toMatchObject([
    { place, existing: { listenerId: 'lbl-a' }, listenerSettings: {}, ruleSettings: {} },
    { place: { port: 443 }, incomplete: { reason: 'AnnotationMalformed' } },
  ]);
  expect(Object.keys(view.bindings[0]?.listenerSettings ?? { any: 1 })).toEqual([]);
  expect(view.bindings[1]?.existing).toBeUndefined();
  expect(view.findings).toMatchObject([{ reason: 'AnnotationMalformed' }]);
});
