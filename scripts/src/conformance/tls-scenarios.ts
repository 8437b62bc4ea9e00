import { asks, prefix, rule, scenario, securely } from './scenario.ts';

const tls = (host: string, secretName: string) => ({ hosts: [host], secretName });

/** Kubernetes documentation, Ingress, "TLS": clients check the name in the certificate. */
export const tlsScenarios = [
  scenario('A host in spec.tls is served over HTTPS with the certificate of its Secret.', (host) => ({
    ingresses: [{ tls: [tls(host, host)], rules: [rule(host, prefix('/foo'))] }],
    requests: securely(asks(host, { '/foo': 'leaf', '/foo/bar': 'leaf', '/foobar': 404, '/': 404 })),
  })),
  scenario('Hosts of one Ingress have certificates of their own, by the name that the client gives (SNI).', (host) => ({
    ingresses: [
      {
        tls: ['a', 'b'].map((label) => tls(`${label}.${host}`, `${label}.${host}`)),
        rules: [rule(`a.${host}`, prefix('/', 'leaf')), rule(`b.${host}`, prefix('/', 'tree'))],
      },
    ],
    requests: securely([...asks(`a.${host}`, { '/': 'leaf' }), ...asks(`b.${host}`, { '/': 'tree' })]),
  })),
  scenario('A wildcard host has a wildcard certificate, for one label.', (host) => ({
    ingresses: [{ tls: [tls(`*.${host}`, `any.${host}`)], rules: [rule(`*.${host}`, prefix('/'))] }],
    requests: securely(asks(`foo.${host}`, { '/': 'leaf' })),
  })),
  scenario('Hosts that are not in spec.tls are served over HTTP beside those that are.', (host) => ({
    ingresses: [
      {
        tls: [tls(`safe.${host}`, `safe.${host}`)],
        rules: [rule(`safe.${host}`, prefix('/', 'leaf')), rule(`plain.${host}`, prefix('/', 'tree'))],
      },
    ],
    requests: [...securely(asks(`safe.${host}`, { '/': 'leaf' })), ...asks(`plain.${host}`, { '/': 'tree' })],
  })),
];
