import { describe, expect, test } from '@jest/globals';
import { isFinding, readSpecified } from './specify-protocol.ts';

const read = (entry: unknown, ports: readonly number[] = [443]) =>
  readSpecified(JSON.stringify({ '443': entry }), ports).of(443);

function problemOf(entry: unknown): string {
  const found = read(entry);
  return found !== undefined && isFinding(found) ? `${found.reason} ${found.message}` : 'none';
}

test.each([
  [{ protocol: ['TCP'] }, { protocols: ['TCP'], tls: undefined, hosts: [] }],
  [{ protocol: ['TCP', 'UDP', 'TCP'] }, { protocols: ['TCP', 'UDP'], tls: undefined, hosts: [] }],
  [
    { protocol: ['TCP_SSL'], tls: 'cert' },
    { protocols: ['TCP_SSL'], tls: 'cert', hosts: [] },
  ],
  [
    { protocol: ['QUIC'], tls: 'cert' },
    { protocols: ['QUIC'], tls: 'cert', hosts: [] },
  ],
  [{ protocol: ['HTTP'] }, { protocols: ['HTTP'], tls: undefined, hosts: [] }],
  [
    { protocol: ['HTTP'], tls: '', hosts: {} },
    { protocols: ['HTTP'], tls: undefined, hosts: [] },
  ],
  [
    { protocol: ['HTTPS'], hosts: { 'a.com': { tls: 'one' }, '*.b.com': { tls: 'two' } } },
    {
      protocols: ['HTTPS'],
      tls: undefined,
      hosts: [
        { domain: 'a.com', tls: 'one' },
        { domain: '*.b.com', tls: 'two' },
      ],
    },
  ],
  [
    { protocol: ['HTTPS'], tls: 'all', hosts: { 'a.com': {} } },
    { protocols: ['HTTPS'], tls: 'all', hosts: [{ domain: 'a.com', tls: undefined }] },
  ],
  [
    { protocol: ['TCP'], hosts: 'not read for TCP' },
    { protocols: ['TCP'], tls: undefined, hosts: [] },
  ],
])('%j is read', (entry, expected) => {
  expect(read(entry)).toEqual(expected);
});

const many = Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`h${at}.com`, {}]));

test.each<[unknown, string]>([
  [null, '443 is null; write an object such as {"protocol":["TCP"]}'],
  [['TCP'], '443 is ["TCP"]; write an object'],
  [{}, '443.protocol is missing; write a list of TCP, UDP, TCP_SSL, HTTP, HTTPS, QUIC, such as ["TCP"]'],
  [{ protocol: 'TCP' }, '443.protocol is "TCP"; write a list'],
  [{ protocol: [] }, '443.protocol is []; write a list'],
  [{ protocol: ['TCP', 'SCTP'] }, '443.protocol is ["TCP","SCTP"]; write a list'],
  [{ protocol: ['TCP', 'TCP_SSL'], tls: 'a' }, 'write one protocol over TCP and one over UDP at most'],
  [{ protocol: ['UDP', 'QUIC'], tls: 'a' }, 'write one protocol over TCP and one over UDP at most'],
  [{ protocol: ['TCP_SSL'] }, '443.tls is missing; write the name of a Secret with the certificate for TCP_SSL'],
  [{ protocol: ['HTTPS'] }, '443.tls is missing'],
  [{ protocol: ['HTTPS'], hosts: { 'a.com': { tls: 'x' }, 'b.com': {} } }, '443.hosts.b.com.tls is missing'],
  [{ protocol: ['TCP_SSL'], tls: 'Not_A_Name' }, '443.tls is "Not_A_Name"; write the name of a Secret'],
  [{ protocol: ['TCP_SSL'], tls: 7 }, '443.tls is 7; write the name of a Secret'],
  [{ protocol: ['HTTP'], hosts: ['a.com'] }, '443.hosts is ["a.com"]; write an object'],
  [{ protocol: ['HTTP'], hosts: { 'a.com/x': {} } }, '443.hosts is "a.com/x"; write host names in lower case'],
  [{ protocol: ['HTTP'], hosts: { '192.0.2.1': {} } }, '443.hosts is "192.0.2.1"; write host names, such as'],
  [{ protocol: ['HTTP'], hosts: { ['a'.repeat(81)]: {} } }, 'write host names in lower case'],
  [{ protocol: ['HTTP'], hosts: { 'a.com': 'tls' } }, '443.hosts.a.com is "tls"; write an object'],
  [
    { protocol: ['HTTP'], host: { 'a.com': {} } },
    '443.host is {"a.com":{}}; write one of the known keys instead: protocol, tls, hosts.',
  ],
  [
    { protocol: ['HTTPS'], hosts: { 'a.com': { tls: 'a', TLS: 'b' } } },
    '443.hosts.a.com.TLS is "b"; write one of the known keys instead: tls.',
  ],
  [{ protocol: ['HTTP'], hosts: many }, 'has 21 hosts; write at most 20 hosts for the whole Service'],
])('%j is a mistake, told with its path, its value and what to write', (entry, text) => {
  expect(problemOf(entry)).toContain('AnnotationMalformed Annotation service.cloud.tencent.com/specify-protocol: ');
  expect(problemOf(entry)).toContain(text);
});

describe('the annotation', () => {
  test('that is absent says nothing', () => {
    const specified = readSpecified(undefined, [443]);
    expect([specified.of(443), specified.findings]).toEqual([undefined, []]);
  });

  test.each(['', '{', '[]', '"TCP"', 'null', '\u202e'])('%j is wrong for every port, and told once', (text) => {
    const specified = readSpecified(text, [80, 443]);
    expect(specified.of(80)).toBe(specified.findings[0]);
    expect(specified.of(443)).toBe(specified.findings[0]);
    expect(specified.findings).toMatchObject([{ message: expect.stringContaining('write JSON such as') }]);
  });

  test('may name ports that the Service has not, and leave out some that it has', () => {
    const specified = readSpecified('{"443":{"protocol":["UDP"]},"9":"wrong","__proto__":{"80":7}}', [80, 443]);
    expect(specified.of(80)).toBeUndefined();
    expect(specified.of(443)).toMatchObject({ protocols: ['UDP'] });
    expect(specified.findings).toEqual([]);
  });

  test('concerns by a mistake only the port where it is', () => {
    const specified = readSpecified('{"80":{"protocol":["X"]},"443":{"protocol":["UDP"]}}', [80, 443]);
    expect(specified.of(443)).toMatchObject({ protocols: ['UDP'] });
    expect(specified.findings).toHaveLength(1);
  });

  test('is bounded in what is told of it', () => {
    const text = JSON.stringify({ '443': { protocol: ['x'.repeat(100_000)] } });
    expect(readSpecified(text, [443]).findings[0]?.message.length).toBeLessThan(500);
  });
});
