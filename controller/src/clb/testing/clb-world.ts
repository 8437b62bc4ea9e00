import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { Registry } from 'prom-client';
import type { ClbPort } from '../../core/model/clb-port.ts';
import { createClb, type ClbOptions } from '../create-clb.ts';
import type { CredentialSource } from '../credentials/credential-source.ts';
import { startScriptedCloud, type ScriptedCloud } from './scripted-cloud.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

/** What DescribeTaskStatus answers of a task that has succeeded. */
export const taskDone = { response: { Status: 0, LoadBalancerIds: null, Message: null } };

export const silentLog = createLogger({ program: 'test', level: 'silent' });

/** A CLB client with the real SDK, a cloud with scripted answers, and a clock that does not make tests wait. */
export interface ClbWorld {
  readonly cloud: ScriptedCloud;
  readonly clb: ClbPort;
  readonly clock: VirtualClock;
  readonly registry: Registry;
}

export async function startClbWorld(options: Partial<ClbOptions> = {}): Promise<ClbWorld> {
  const cloud = await startScriptedCloud();
  const clock = createVirtualClock();
  const registry = new Registry();
  const clb = createTestClb({ endpoint: cloud.url, registry, clock, random: () => 1, ...options });
  return { cloud, clb, clock, registry };
}

/** A CLB client as a program makes it, but silent. */
export function createTestClb(options: Partial<ClbOptions> & { endpoint: string }): ClbPort {
  const credentials = fixedCredentials('an-id', 'a-key');
  return createClb({ region: 'ap-guangzhou', credentials, log: silentLog, registry: new Registry(), ...options });
}

export function fixedCredentials(secretId: string, secretKey: string): CredentialSource {
  const credential = { secretId, secretKey, token: undefined, source: 'the test' };
  return { get: () => Promise.resolve(credential), forget: () => undefined };
}
