import { join } from 'node:path';
import { addresses } from '../../addresses.ts';
import type { ClusterSpec } from '../../spec.ts';
import type { Component } from '../supervisor.ts';

/** The store, without fsync: a cluster that a crash damaged is created again. */
export function etcd(spec: ClusterSpec): Component {
  const peer = 'http://127.0.0.1:2380';
  const flags = [
    '--name=etcd',
    `--data-dir=${join(spec.stateDir, 'etcd')}`,
    '--unsafe-no-fsync',
    `--listen-client-urls=${addresses.etcd}`,
    `--advertise-client-urls=${addresses.etcd}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=etcd=${peer}`,
    '--log-level=warn',
  ];
  return { name: 'etcd', command: [spec.binaries.etcd, ...flags] };
}
