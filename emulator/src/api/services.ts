import type { Action } from '../actions/parts/action.ts';
import { ApiError } from '../errors/api-error.ts';

/** One product behind the gateway. */
export interface Service {
  version: string;
  actions: ReadonlyMap<string, Action>;
  /** Whether its requests must name a region of the emulator. */
  isRegional: boolean;
}

/** Finds the action that a request names or refuses. */
export function requireAction(services: readonly Service[], name: string, version: string) {
  if (name === '') throw new ApiError('MissingParameter', 'The request is missing the header `X-TC-Action`.');
  const service = services.find((one) => one.version === version);
  if (!service) {
    const versions = services.map((one) => one.version).join(' nor ');
    throw new ApiError('NoSuchVersion', `The API version ${version} is not ${versions}.`);
  }
  const action = service.actions.get(name);
  if (!action) throw new ApiError('InvalidAction', `The requested action ${name} does not exist.`);
  return { action, isRegional: service.isRegional };
}
