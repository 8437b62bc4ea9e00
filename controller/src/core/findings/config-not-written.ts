import { hourly, type Finding, type Severity } from '@clb-direct/shared/domain/finding.ts';
import { managedBy, programName } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import type { ConfigRefusal } from '../model/cluster-port.ts';

export function configRefused(name: string, { isForbidden, message }: ConfigRefusal): Finding {
  const advice = isForbidden
    ? `Let an administrator install the component manifests/components/tke-service-config-auto, or write ` +
      `TkeServiceConfig ${name} yourself: the controller may not create and change it.`
    : `Write TkeServiceConfig ${name} yourself: the API server does not take it from the controller.`;
  const rest = ` Until then the settings of the CLB stay as they are. The answer: ${safeText(message, 200)}`;
  return finding('Warning', advice + rest);
}

/** Nothing shows that it was made for its owner. */
export function configOfOthers(name: string): Finding {
  const message =
    `Write the blocks of TkeServiceConfig ${name} that are missing, and remove those of what is gone; or let the ` +
    `controller do it: add the label ${managedBy}=${programName.controller}. Somebody else wrote it: it is only read.`;
  return finding('Normal', message);
}

function finding(severity: Severity, message: string): Finding {
  return { severity, reason: 'TkeServiceConfigNotWritten', message, repeat: hourly };
}
