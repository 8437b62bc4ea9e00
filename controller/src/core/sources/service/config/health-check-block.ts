import type { HealthCheck } from '../../../model/settings.ts';
import { booleanIn, integerIn, oneOfIn, requireIn, textIn, type Block } from './block.ts';

const l4Fields = ['enable', 'intervalTime', 'timeout', 'healthNum', 'unHealthNum'] as const;
export const healthCheckFields = {
  l4: l4Fields,
  l7: [
    ...l4Fields,
    'httpCheckPath',
    'httpCheckDomain',
    'httpCheckMethod',
    'httpCode',
    'sourceIpType',
    'checkType',
    'checkPort',
  ],
} as const;

/** Seconds and counts: HealthCheck, doc 214/30694. */
export function l4HealthCheck(block: Block): HealthCheck {
  requireIn(block, 'enable', 'true or false');
  const enable = booleanIn(block, 'enable');
  const IntervalTime = integerIn(block, 'intervalTime', 2, 300);
  return given({
    HealthSwitch: enable === undefined ? undefined : (Number(enable) as 0 | 1),
    IntervalTime,
    TimeOut: timeoutIn(block, IntervalTime),
    HealthNum: integerIn(block, 'healthNum', 2, 10),
    UnHealthNum: integerIn(block, 'unHealthNum', 2, 10),
  });
}

export function l7HealthCheck(block: Block): HealthCheck {
  return given({
    ...l4HealthCheck(block),
    HttpCheckPath: textIn(
      block,
      'httpCheckPath',
      /^\/\S{0,199}$/,
      'a path of at most 200 characters, such as /healthz',
    ),
    HttpCheckDomain: textIn(block, 'httpCheckDomain', /^[\w.-]{1,80}$/, 'a domain without wildcard'),
    HttpCheckMethod: oneOfIn(block, 'httpCheckMethod', ['HEAD', 'GET']),
    HttpCode: integerIn(block, 'httpCode', 1, 31),
    SourceIpType: oneOfIn(block, 'sourceIpType', [0, 1]),
    CheckType: oneOfIn(block, 'checkType', ['HTTP', 'HTTPS', 'TCP', 'GRPC']),
    CheckPort: integerIn(block, 'checkPort', 1, 65_535),
  });
}

/** The CLB refuses a check whose timeout is not shorter than its interval. */
function timeoutIn(block: Block, intervalTime: number | undefined): number | undefined {
  const timeout = integerIn(block, 'timeout', 2, 60);
  if (timeout === undefined || intervalTime === undefined || timeout < intervalTime) return timeout;
  const allowed = `less than intervalTime, which is ${intervalTime}`;
  block.wrong.push({ path: `${block.path}.timeout`, value: timeout, allowed });
  return undefined;
}

function given(check: { readonly [K in keyof HealthCheck]: HealthCheck[K] | undefined }): HealthCheck {
  return Object.fromEntries(Object.entries(check).filter(([, value]) => value !== undefined));
}
