/** The commands of the client of traffic tests; `open` and `ask` use a connection that stays. */
export type Command =
  | { do: 'open'; name: string; host: string; port: number; waitMs?: number }
  | { do: 'ask'; name: string; waitMs?: number }
  | { do: 'once'; host: string; port: number }
  | { do: 'udp'; host: string; port: number; from: number }
  | { do: 'load'; host: string; port: number; workers: number }
  | { do: 'count' }
  | { do: 'stop' };

/** Who answered, or how it failed; how often each since `load` began for `count` and `stop`. */
export type Answer = string | Record<string, number>;
