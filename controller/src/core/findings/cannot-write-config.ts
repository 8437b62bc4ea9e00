import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';

export function cannotWriteConfig(name: string): Finding {
  const message =
    `TkeServiceConfig ${name} cannot be written: an administrator must install the component ` +
    'manifests/components/tke-service-config-auto. Or create it yourself. Until then the settings of the CLB stay as ' +
    'they are.';
  return { severity: 'Warning', reason: 'TkeServiceConfigNotFound', message, repeat: hourly };
}
