import type { Backends } from '../../model/backend.ts';
import { isPodBinding, type Binding } from '../../model/binding.ts';
import type { PodView } from '../../model/pod-view.ts';
import { endpointBackends, isEndpointBinding, type EndpointRules } from './endpoint-backends.ts';
import { isNodeBinding, nodeBackends } from './node-backends.ts';
import { podBackends, type BackendRules } from './pod-backends.ts';

/** What resolvers see of the cluster. */
export interface BackendSources {
  /** The pods that the selector of a binding takes. */
  readonly podsOf: (binding: Binding) => readonly PodView[];
  readonly podsAt: (ip: string) => readonly PodView[];
}

export type ResolverRules = BackendRules & EndpointRules;

/** The backends of a binding, by the resolver of its mode. Nothing else has to know the modes. */
export function resolveBackends(binding: Binding, sources: BackendSources, rules: ResolverRules): Backends {
  if (isPodBinding(binding)) return podBackends(binding, sources.podsOf(binding), rules);
  if (isEndpointBinding(binding)) return endpointBackends(binding, sources.podsAt, rules);
  if (isNodeBinding(binding)) return nodeBackends(binding, rules);
  throw new Error('no resolver for the mode of a binding');
}
