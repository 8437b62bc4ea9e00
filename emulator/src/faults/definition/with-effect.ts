import type { Tasks } from '../../tasks/tasks.ts';
import type { Work } from './fault.ts';

/** The same work with another effect at the end of its task; its checks, its time and its lock stay. */
export function withEffect({ body, context }: Work, effect: () => object): Work {
  const { tasks } = context;
  const changed: Tasks = {
    ...tasks,
    start: (work) => tasks.start({ ...work, apply: effect }),
    // What a batch answers may lack any of its fields: they are filled in as empty.
    hold: <T>(work: Parameters<typeof tasks.hold<T>>[0]) => tasks.hold({ ...work, apply: () => effect() as T }),
  };
  return { body, context: { ...context, tasks: changed } };
}
