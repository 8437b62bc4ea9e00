/** FNV-1a, 32 bits, as hexadecimal digits: short enough to be recorded. Two texts have the same by accident only. */
export function fingerprint(text: string): string {
  const hash = [...new TextEncoder().encode(text)].reduce((sum, byte) => Math.imul(sum ^ byte, 0x01000193), 0x811c9dc5);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
