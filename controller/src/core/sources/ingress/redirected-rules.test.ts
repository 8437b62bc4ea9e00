import { describe, expect, test } from '@jest/globals';
import { ingressAnnotation as name } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { clbId } from '../../../testing/builders.ts';
import { aBackend, aPath } from '../../../testing/ingress-builders.ts';
import type { IngressFacts } from './ingress-facts.ts';
import { servedRules } from './served-rules.ts';

const certificates = { certificates: { mode: 'UNIDIRECTIONAL', ids: ['one'] } } as const;
const tls = { of: (host: string) => (host === 'a.com' ? certificates : undefined), references: [], findings: [] };
const paths = [aPath({ host: 'a.com' }), aPath({ host: 'b.com', path: '/new' })];

const read = (annotations: Readonly<Record<string, string>>) =>
  servedRules({ annotations, paths, bareHosts: [], defaultBackend: undefined } as unknown as IngressFacts, tls);
/** "HTTP/80 a.com/", and where it redirects to. */
const linesOf = (annotations: Readonly<Record<string, string>>) =>
  read(annotations).served.map(({ protocol, port, rule, redirect }) => {
    const to = redirect === undefined ? '' : ` -> ${redirect.to.port} ${redirect.to.domain}${redirect.to.url}`;
    return `${protocol}/${port} ${rule.domain}${rule.url}${to}`;
  });
const auto = { [name.autoRewrite]: 'true' };
const onB = ['HTTP/80 b.com=/new', 'HTTP/80 b.com/new/'];

describe('Automatic redirects', () => {
  test('stand for each rule over HTTPS, at each port for HTTP, and lead to the first one for HTTPS', () => {
    expect(linesOf(auto)).toEqual(['HTTPS/443 a.com/', ...onB, 'HTTP/80 a.com/ -> 443 a.com/']);
    const listenPorts = '[{"HTTP":81},{"HTTP":82},{"HTTPS":8443},{"HTTPS":9443}]';
    expect(linesOf({ ...auto, [name.listenPorts]: listenPorts }).filter((line) => line.includes('->'))).toEqual([
      'HTTP/81 a.com/ -> 8443 a.com/',
      'HTTP/82 a.com/ -> 8443 a.com/',
    ]);
  });

  test('come in the place of what is served over HTTP too', () => {
    const entry = { host: 'a.com', path: '/' };
    const mix = { [name.ruleMix]: 'true', [name.httpRules]: JSON.stringify([entry]) };
    const both = { ...mix, [name.httpsRules]: JSON.stringify([entry]) };
    expect(linesOf({ ...auto, ...both })).toEqual(['HTTP/80 a.com/ -> 443 a.com/', 'HTTPS/443 a.com/', ...onB]);
    expect(linesOf({ ...auto, ...mix })).toEqual(['HTTP/80 a.com/', ...onB]);
  });

  test('without anything over HTTPS are told to have no effect', () => {
    const mix = { [name.ruleMix]: 'true', [name.httpRules]: JSON.stringify([{ host: 'a.com', path: '/' }]) };
    expect(read({ ...auto, ...mix }).findings.map(({ reason }) => reason)).toEqual(['AnnotationWithoutEffect']);
  });
});

describe('An entry with "rewrite"', () => {
  const withEntries = (...entries: unknown[]) => ({
    [name.ruleMix]: 'true',
    [name.httpRules]: JSON.stringify(entries),
  });
  const entry = (rewrite: unknown, path: unknown = '/old', host: unknown = 'b.com') => ({ host, path, rewrite });

  test.each<[unknown, string]>([
    [entry({ port: 80, path: '/new' }), 'HTTP/80 b.com/old -> 80 b.com=/new'],
    [entry({ port: '80', path: '/new/' }), 'HTTP/80 b.com/old -> 80 b.com/new/'],
    [entry({ port: 443, host: 'a.com' }), 'HTTP/80 b.com/old -> 443 a.com/'],
    [entry({ port: 443, host: 'a.com' }, '/', 'c.com'), 'HTTP/80 c.com/ -> 443 a.com/'],
    [entry({ port: 443, host: 'a.com', path: '/' }, null, null), 'HTTP/80 / -> 443 a.com/'],
  ])('%j makes %s', (one, line) => {
    const annotations = withEntries(one);
    expect(linesOf(annotations)).toEqual(['HTTPS/443 a.com/', ...onB, line]);
    expect(read(annotations).findings).toEqual([]);
  });

  test.each<[unknown, string]>([
    [
      entry({ port: 80, path: '/none' }),
      '[0].rewrite is {"port":80,"path":"/none"}, no rule of this Ingress; write port',
    ],
    [entry({ port: 81, path: '/new' }), 'no rule of this Ingress'],
    [entry({ path: '/new' }), 'write {"path":"/old","rewrite"'],
    [entry(7), 'write {"path":"/old","rewrite"'],
    [entry({ port: 80, path: 7 }), 'write {"path":"/old","rewrite"'],
    [entry({ port: 80, path: '/new' }, ['/old']), 'write {"path":"/old","rewrite"'],
    [entry({ port: 80, path: '/new' }, '/a b'), '[0].path has letters that a CLB does not take'],
    [entry({ port: 80, path: '/new' }, '/old', 'B'), '[0].host is no host name'],
    [entry({ port: 443, host: 'a.com' }, '/', '192.0.2.1'), '[0].host is an address; leave it out'],
    [entry({ port: 80, path: '/', host: '192.0.2.1' }), 'no rule of this Ingress'],
    [entry({ port: 80, path: '/new' }, '=/new'), '[0].path does not begin with "/"'],
  ])('%j is told, and the rest counts', (one, message) => {
    const { findings } = read(withEntries(one));
    expect(linesOf(withEntries(one))).toEqual(['HTTPS/443 a.com/', ...onB]);
    expect(findings).toMatchObject([{ reason: 'AnnotationMalformed' }]);
    expect(findings[0]?.message).toContain(message);
  });

  test('in a chain is left out and told', () => {
    const paths2 = withEntries(entry({ port: 80, path: '/new/' }), entry({ port: 80, path: '/new/' }, '/new/'));
    expect(linesOf(paths2)).toEqual(['HTTPS/443 a.com/', ...onB, 'HTTP/80 b.com/old -> 80 b.com/new/']);
    expect(read(paths2).findings[0]?.message).toContain('"/new/", which redirects itself');
  });

  test('of an Ingress that is adopted has the wildcard of the CLB, as TKE made it', () => {
    const one = withEntries(entry({ port: 443, host: 'a.com' }, '/', '*.c.com'));
    expect(linesOf({ ...one, [annotation.adopt]: clbId })).toContain('HTTP/80 *.c.com/ -> 443 a.com/');
    expect(linesOf(one)).not.toContain('HTTP/80 *.c.com/ -> 443 a.com/');
  });

  test('beside rewrite-support "false" has no effect, which is told', () => {
    const annotations = { ...withEntries(entry({ port: 80, path: '/new' })), [name.rewriteSupport]: 'false' };
    expect(linesOf(annotations)).toEqual(['HTTPS/443 a.com/', ...onB]);
    expect(read(annotations).findings).toMatchObject([{ reason: 'AnnotationWithoutEffect' }]);
  });

  test('is told with the name of its list as it is written', () => {
    const entries = JSON.stringify([entry({ port: 80, path: '/new' })]);
    const ofTke = { [name.ruleMixOfTke]: 'true', [name.httpRulesOfTke]: entries };
    const said = read({ ...ofTke, [name.rewriteSupport]: 'false' }).findings.map(({ message }) => message);
    expect(said).toEqual([expect.stringContaining(`in ${name.httpRulesOfTke} have no effect`)]);
  });
});

test('What serves nothing has no backend, and what redirects has the one that it served.', () => {
  const { served } = read(auto);
  expect(served.at(-1)?.rule.backend).toEqual(aBackend());
});
