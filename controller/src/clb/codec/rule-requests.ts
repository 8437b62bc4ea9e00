import type { RuleSettings } from '../../core/model/settings.ts';
import type { StepOf } from '../../core/model/step.ts';
import type { Request } from '../actions.ts';
import { certificateFields } from './certificates.ts';
import { chunks } from './chunks.ts';
import { given, textOrNothing } from './fields.ts';
import type { StepCall } from './step-call.ts';

type CreateRule = StepOf<'create-rule'>;
type DeleteRule = StepOf<'delete-rule'>;

/** The most rules of one call are not documented; this is the default quota of rules of a listener (doc 214/6187). */
const mostRules = 50;

export function toCreateRuleCalls(
  id: string,
  steps: readonly CreateRule[],
): readonly StepCall<CreateRule, Request<'CreateRule'>>[] {
  return byListener(steps).map(([listenerId, some]) => ({
    request: { LoadBalancerId: id, ListenerId: listenerId, Rules: some.map(toRuleInput) },
    steps: some,
  }));
}

type RuleInput = Request<'CreateRule'>['Rules'][number];

/** The API wants a domain; that of a rule for requests by address is the address. */
function toRuleInput({ place, address, settings }: CreateRule): RuleInput {
  return {
    Url: place.url,
    ...given<RuleInput>({ Domain: textOrNothing(place.domain) ?? address }),
    ...settingFields(settings),
    ...certificateFields(settings.certificates),
    ...given<Pick<RuleInput, 'DefaultServer' | 'Http2'>>({ DefaultServer: settings.isDefault, Http2: settings.http2 }),
  };
}

export function toModifyRuleRequest(
  id: string,
  { listenerId, locationId, settings }: StepOf<'modify-rule'>,
): Request<'ModifyRule'> {
  return { LoadBalancerId: id, ListenerId: listenerId, LocationId: locationId, ...settingFields(settings) };
}

/** What of a rule is its domain's. */
export function toDomainRequest(
  id: string,
  { listenerId, place, address = '', settings }: StepOf<'modify-rule'>,
): Request<'ModifyDomainAttributes'> {
  const Domain = textOrNothing(place.domain) ?? address;
  const fields = { DefaultServer: settings.isDefault, Http2: settings.http2 };
  return { LoadBalancerId: id, ListenerId: listenerId, Domain, ...given<typeof fields>(fields) };
}

type SettingFields = Pick<RuleInput, 'HealthCheck' | 'Scheduler' | 'SessionExpireTime' | 'ForwardType'>;

function settingFields(settings: Omit<RuleSettings, 'certificates'>): SettingFields {
  const { healthCheck, scheduler, sessionExpireTime, forwardType } = settings;
  return given<SettingFields>({
    HealthCheck: healthCheck,
    Scheduler: scheduler,
    SessionExpireTime: sessionExpireTime,
    ForwardType: forwardType,
  });
}

/** By LocationId: a domain may have rules of other owners too. */
export function toDeleteRuleCalls(
  id: string,
  steps: readonly DeleteRule[],
): readonly StepCall<DeleteRule, Request<'DeleteRule'>>[] {
  return byListener(steps).map(([listenerId, some]) => ({
    request: { LoadBalancerId: id, ListenerId: listenerId, LocationIds: some.map(({ locationId }) => locationId) },
    steps: some,
  }));
}

/** A call takes rules of one listener; none of these lists is empty. */
function byListener<S extends CreateRule | DeleteRule>(steps: readonly S[]): readonly (readonly [string, S[]])[] {
  return [...Map.groupBy(steps, ({ listenerId }) => listenerId)].flatMap(([listenerId, group]) =>
    chunks(group, mostRules).map((some) => [listenerId, some] as const),
  );
}
