import { isIPv4 } from 'node:net';
import { ApiError } from '../api/api-error.ts';

interface Addressed {
  Port: number;
  EniIp?: string;
  InstanceId?: string;
}

/** Exactly one of EniIp and InstanceId must be there, for every target of a request. */
export function checkAddresses(targets: Addressed[]): void {
  targets.forEach((target, index) => {
    if (target.EniIp !== undefined && target.InstanceId !== undefined) {
      throw new ApiError('InvalidParameter', `Targets.${index}: EniIp and InstanceId exclude each other.`);
    }
    if (target.EniIp === undefined && target.InstanceId === undefined) {
      throw new ApiError('MissingParameter', `Targets.${index}: one of EniIp and InstanceId is required.`);
    }
    if (target.EniIp !== undefined && !isIPv4(target.EniIp)) {
      throw new ApiError(
        'InvalidParameter.FormatError',
        `Targets.${index}: EniIp ${target.EniIp} is not an IPv4 address.`,
      );
    }
  });
}
