import { networkInterfaces } from 'node:os';

/**
 * The addresses that new connections come from, in turn. The CLB still sends what comes from an address and port that
 * it knows to the target that it knows, for two minutes after it has cut the connection. From one address alone a
 * system uses its ports again before that.
 */
export function* sourceAddresses(all = ownAddresses()): Generator<string | undefined, never> {
  for (let number = 0; ; number += 1) yield all[number % Math.max(1, all.length)];
}

function ownAddresses(): readonly string[] {
  const found = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
  return found.filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address);
}
