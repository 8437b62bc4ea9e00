import type { ScenarioRequest } from '@clb-direct/scripts/conformance/scenario.ts';
import { asClient } from './run.ts';

/** Where a client asks, and whom it trusts. */
interface Asking {
  readonly vip: string;
  readonly caFile: string;
}

/** Asks all of them by one client: the workload that answered each, or the status. None while nobody listens. */
export async function answersOf(asking: Asking, requests: readonly ScenarioRequest[]) {
  const answers = await ask(asking, requests);
  return answers.map(({ status, pod }) => (status === 200 ? (pod.split('-')[0] ?? 'nobody') : status));
}

/** The pods that answer a request that is made so many times. */
export async function podsAnswering(asking: Asking, request: ScenarioRequest, times: number) {
  const answers = await ask(asking, Array<ScenarioRequest>(times).fill(request));
  return new Set(answers.map(({ pod }) => pod));
}

async function ask({ vip, caFile }: Asking, requests: readonly ScenarioRequest[]) {
  const each = requests.map(({ host, path, method = 'GET', isSecure = false }) => [
    ...['-sS', '--max-time', '5', '--path-as-is', '-X', method, '-H', 'Connection: close', '-w', '\\n@%{http_code}\\n'],
    ...(isSecure
      ? ['--cacert', caFile, '--resolve', `${host}:443:${vip}`, `https://${host}${path}`]
      : ['-H', `Host: ${host}`, `http://${vip}${path}`]),
  ]);
  const args = each.flatMap((one, index) => (index === 0 ? one : ['--next', ...one]));
  const text = await asClient(['curl', ...args]).catch(() => '');
  const parts = text.split(/\n@(\d{3})\n/);
  return requests.flatMap((_, index) => {
    const [body = '', status] = parts.slice(index * 2, index * 2 + 2);
    return status === undefined ? [] : [answerIn(body, Number(status))];
  });
}

function answerIn(body: string, status: number) {
  if (status !== 200) return { status, pod: '' };
  const { pod = 'nobody' } = JSON.parse(body) as { readonly pod?: string };
  return { status, pod };
}
