import type { Load, Loss } from '../figures.ts';

/** An answer that takes longer is none; the longest request takes 5 s. */
export const limitMs = 30_000;

/** Where requests go. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Counts requests, answers and losses. */
export class Tally {
  sent = 0;
  readonly #losses: Loss[] = [];
  readonly #answers = new Map<string, [number, string, number]>();

  answered(pod: string): void {
    const second = Math.floor(Date.now() / 1000);
    const key = `${second} ${pod}`;
    const known = this.#answers.get(key) ?? [second, pod, 0];
    known[2] += 1;
    this.#answers.set(key, known);
  }

  lost(loss: Omit<Loss, 'atMs'>): void {
    this.#losses.push({ atMs: Date.now(), ...loss });
  }

  soFar(): { readonly sent: number; readonly lost: number } {
    return { sent: this.sent, lost: this.#losses.length };
  }

  load(): Load {
    return { sent: this.sent, losses: this.#losses, answers: [...this.#answers.values()] };
  }
}
