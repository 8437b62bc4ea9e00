import { hourly, type Finding, type FindingReason } from '@clb-direct/shared/domain/finding.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { shownValue } from '@clb-direct/shared/domain/shown-value.ts';
import { listed } from '../../../model/listed.ts';
import type { WrongValue } from './block.ts';
import { mostOfConfig } from './config-size.ts';
import type { TkeServiceConfig } from './tke-service-config.ts';

export function configFindings(name: string, { wrong, moreWrong, unread }: TkeServiceConfig): readonly Finding[] {
  const told = wrong.map((value) => wrongValue(name, value));
  const rest = `TkeServiceConfig ${name} has ${moreWrong} more values that change nothing.`;
  const more = moreWrong === 0 ? [] : [malformed(rest)];
  return [...told, ...more, ...(unread.length === 0 ? [] : [withoutEffect(name, unread)])];
}

function wrongValue(name: string, { path, value, allowed }: WrongValue): Finding {
  const what = `${safeText(path, 120)} is ${shownValue(value)}`;
  return malformed(`TkeServiceConfig ${name}: ${what}; write ${allowed}. The other fields count.`);
}

function withoutEffect(name: string, unread: readonly string[]): Finding {
  const paths = listed(unread, (path) => safeText(path, 120));
  const message =
    `TkeServiceConfig ${name} has fields without effect: ${paths}. Correct the names, or set this on the CLB itself: ` +
    'clb-direct does not change it there.';
  return finding('FieldWithoutEffect', message);
}

/** `namedBy`: what names it, such as an annotation. */
export function missingConfig(name: string, namedBy: string): Finding {
  const message =
    `Create TkeServiceConfig ${name}, or correct ${namedBy}. ` + 'Until then the settings of the CLB stay as they are.';
  return notFound(message);
}

export function unreadableConfig(name: string): Finding {
  const message =
    `TkeServiceConfig ${name} cannot be read: an administrator must install its CustomResourceDefinition ` +
    '(manifests/tke-service-config, outside TKE), or allow the controller to list and watch it. ' +
    'Until then the settings of the CLB stay as they are.';
  return notFound(message);
}

export function tooLargeConfig(name: string): Finding {
  const { values, letters, levels } = mostOfConfig;
  const message =
    `Make TkeServiceConfig ${name} smaller: it has more than ${values} values, ${letters} letters or ${levels} ` +
    'levels. Until then the settings of the CLB stay as they are.';
  return malformed(message);
}

function malformed(message: string): Finding {
  return finding('TkeServiceConfigMalformed', message);
}

function notFound(message: string): Finding {
  return finding('TkeServiceConfigNotFound', message);
}

function finding(reason: FindingReason, message: string): Finding {
  return { severity: 'Warning', reason, message, repeat: { ...hourly, by: 'message' } };
}
