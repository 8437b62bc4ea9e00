import type { CertificateFacts } from '../certificate-facts.ts';
import type { ReplicaSeen, SecretView } from '../secret-view.ts';

/** When the tests of this folder take place. */
export const nowMs = Date.parse('2026-06-01T00:00:00Z');

const dayMs = 86_400_000;

/** A certificate that has lived for a third of 90 days. */
function sampleCertificate(name: string, signedBy = name): CertificateFacts {
  const [fromMs, untilMs] = [nowMs - 30 * dayMs, nowMs + 60 * dayMs];
  return { name, signedBy, serial: `5e${name.replace(/\W/g, '')}`, fromMs, untilMs, sha256: `sha of ${name}` };
}

export const [ca1, ca2] = [sampleCertificate('ca-1'), sampleCertificate('ca-2')];
export const [leaf1, leaf2] = [sampleCertificate('leaf-1', 'ca-1'), sampleCertificate('leaf-2', 'ca-2')];

/** A replica that serves a leaf which the current CA vouches for. */
export function serves(pod: string, leaf: CertificateFacts): ReplicaSeen {
  return { pod, verifies: true, serial: leaf.serial };
}

/** A Secret at rest, two replicas serving its leaf. */
export function sampleView(changed: Partial<SecretView> = {}): SecretView {
  const sound = { problems: [], validity: { notBeforeMs: ca1.fromMs, notAfterMs: ca1.untilMs, serial: '1' } };
  return {
    version: { uid: 'uid-1', resourceVersion: '7' },
    isIssuedElsewhere: false,
    inspection: { ca: sound, leaf: sound },
    phase: 'stable',
    phaseSince: '2026-05-31T23:00:00.000Z',
    currentCa: ca1,
    nextCa: undefined,
    oldCas: [],
    leaf: leaf1,
    cross: [],
    caSource: 'made',
    pending: undefined,
    refused: undefined,
    lastRequestId: '',
    earlierRequestId: '',
    lastReason: 'there was no Secret',
    settleMs: undefined,
    replicas: [serves('pod-a', leaf1), serves('pod-b', leaf1)],
    ...changed,
  };
}

/** Just after the switch from ca-1 to ca-2: one replica is late. */
export function switchedView(changed: Partial<SecretView> = {}): SecretView {
  const replicas = [serves('pod-a', leaf2), { pod: 'pod-b', verifies: false, serial: leaf1.serial }];
  const cross = [sampleCertificate('ca-2', 'ca-1')];
  return sampleView({ phase: 'settling', currentCa: ca2, oldCas: [ca1], leaf: leaf2, cross, replicas, ...changed });
}
