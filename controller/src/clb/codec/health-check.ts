import type { HealthCheck } from '../../core/model/settings.ts';
import type { Answer } from '../actions.ts';
import { given, type Item } from './fields.ts';

type HealthCheckAnswer = Item<Answer<'DescribeListeners'>['Listeners']>['HealthCheck'];

/** Only the fields that the API returned: it leaves out, as null, those that the check's type does not have. */
export function toHealthCheck(check: HealthCheckAnswer | undefined): HealthCheck | undefined {
  if (check === null || check === undefined) return undefined;
  return given<HealthCheck>({
    HealthSwitch: toSwitch(check.HealthSwitch),
    CheckType: check.CheckType,
    TimeOut: check.TimeOut,
    IntervalTime: check.IntervalTime,
    HealthNum: check.HealthNum,
    UnHealthNum: check.UnHealthNum,
    HttpCode: check.HttpCode,
    HttpCheckPath: check.HttpCheckPath,
    HttpCheckDomain: check.HttpCheckDomain,
    HttpCheckMethod: check.HttpCheckMethod,
    HttpVersion: check.HttpVersion,
    CheckPort: check.CheckPort,
    SourceIpType: check.SourceIpType,
  });
}

function toSwitch(value: number | null | undefined): 0 | 1 | undefined {
  return value === 0 || value === 1 ? value : undefined;
}
