import { isRefusal } from '@clb-direct/shared/kube/client/refusal.ts';
import { startReflector, type Reflector, type ReflectorOptions } from '@clb-direct/shared/kube/reflector/reflector.ts';

export interface AnsweredOptions<T> extends Omit<ReflectorOptions<T>, 'onFailure'> {
  /** What is known of all objects changed: the first list came, which may be empty, or was refused. */
  readonly onAnswer: () => void;
  /** What passes is no answer: nothing may begin before the first list, unless it is refused. */
  readonly isAwaited?: boolean;
}

/** A reflector of objects that may be unreadable: refused by the API server, or of a kind that it does not have. */
export class AnsweredReflector<T extends object> {
  readonly items: ReadonlyMap<string, T>;
  /** Resolves with the first answer, whatever it is, and at the end. */
  readonly settled: Promise<void>;
  readonly #reflector: Reflector<T>;
  readonly #refusal = Promise.withResolvers<undefined>();
  readonly #tell: () => void;
  #isRefused = false;

  constructor({ onAnswer, isAwaited = false, ...options }: AnsweredOptions<T>) {
    this.#tell = () => {
      try {
        onAnswer();
      } catch (error) {
        options.log.error({ reflector: options.name, err: error }, 'change handler failed');
      }
    };
    const onFailure = (error: unknown) => {
      if (!isAwaited || isRefusal(error)) this.#refused();
    };
    this.#reflector = startReflector<T>({ ...options, onFailure });
    this.items = this.#reflector.items;
    const { synced } = this.#reflector;
    this.settled = Promise.race([synced, this.#refusal.promise]).then(nothing, nothing);
    // An empty list changes no item, and yet it is news.
    synced.then(this.#tell, nothing);
  }

  /** undefined: the objects can be read. What was read before a refusal still counts. */
  notRead(): 'pending' | 'unreadable' | undefined {
    if (this.#reflector.isSynced()) return undefined;
    return this.#isRefused ? 'unreadable' : 'pending';
  }

  #refused(): void {
    if (this.notRead() !== 'pending') return;
    this.#isRefused = true;
    this.#refusal.resolve(undefined);
    this.#tell();
  }
}

const nothing = () => undefined;
