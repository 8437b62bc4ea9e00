/** Wakes whoever listens: something may have changed. It carries nothing, whoever wakes looks for himself. */
export interface Bell {
  ring(): void;
  /** Returns how to stop listening. */
  onRing(listener: () => void): () => void;
}

/** A bell that nobody listens to yet. */
export function createBell(): Bell {
  const listeners = new Set<() => void>();
  return {
    ring: () => listeners.forEach((listener) => listener()),
    onRing(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
