/** What is known of a call before its signature is looked at. */
export const callSelection = ['action', 'loadBalancerId', 'listenerId', 'ip', 'port'] as const;

/** What is known of a call when it is known who makes it. */
export const callerSelection = [...callSelection, 'secretId'] as const;

/** What is known of a health probe. */
export const probeSelection = ['loadBalancerId', 'listenerId', 'ip', 'port'] as const;
