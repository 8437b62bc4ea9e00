/** What an owner says of gates that wait for it too long; it wins over the setting. */
export type GateWait = { readonly kind: 'hold' } | { readonly kind: 'open'; readonly afterMs: number };
