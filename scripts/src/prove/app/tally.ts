import type { Load, Loss } from '../figures.ts';

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

  load(): Load {
    return { sent: this.sent, losses: this.#losses, answers: [...this.#answers.values()] };
  }
}
