import { expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { aPort, aService } from '../../../testing/builders.ts';
import { readService } from './read-service.ts';

const ports = [aPort({ port: 443 }), aPort({ port: 53 }), aPort({ port: 53, protocol: 'UDP' })];

function read(existingListeners: string, specified: unknown) {
  const annotations = { [annotation.specifyProtocol]: JSON.stringify(specified) };
  const { findings, notices, references } = readService(aService({ ports, existingListeners, annotations }));
  return { findings, notices, secrets: references.map(({ name }) => name) };
}

const https = { protocol: ['HTTPS'], hosts: { 'a.com': { tls: 'one' } }, tls: 'two' };

test('What is specified for a port at a listener of somebody else is told, and no Secret is read for it.', () => {
  expect(read('443=lbl-a', { 443: https })).toEqual({
    findings: [],
    notices: [
      {
        severity: 'Warning',
        reason: 'AnnotationWithoutEffect',
        message:
          'Annotation service.cloud.tencent.com/specify-protocol has no effect at port 443/TCP: ' +
          'clb-direct.io/existing-listeners names a listener there, which is used as it is. ' +
          'Remove the port from one of the two.',
        repeat: expect.anything() as unknown,
      },
    ],
    secrets: [],
  });
});

test('What is wrong at such a port keeps nothing waiting.', () => {
  const { findings, notices } = read('443=lbl-a', { 443: { protocol: 'HTTPS' } });
  expect(findings).toEqual([]);
  expect(notices.map(({ reason }) => reason)).toEqual(['AnnotationWithoutEffect']);
});

test('Of two ports with one number the other one has what is specified.', () => {
  const quic = { protocol: ['TCP', 'QUIC'], tls: 'cert' };
  const { notices, secrets } = read('53/TCP=lbl-a', { 53: quic });
  expect(notices.map(({ message }) => message)).toEqual([expect.stringContaining('at port 53/TCP: ')]);
  expect(secrets).toEqual(['cert']);
});

test.each([
  ['443=lbl-a', { 53: { protocol: ['UDP'] } }],
  ['443=lbl-a', {}],
  ['', { 443: { protocol: ['HTTP'] } }],
])('Nothing is told where the two are about different ports (%s, %j).', (existing, specified) => {
  expect(read(existing, specified).notices).toEqual([]);
});
