/** Runs tasks of one key one after the other, those of others beside them. */
export type OneByOne = <T>(key: string, task: () => Promise<T>) => Promise<T>;

export function createOneByOne(): OneByOne {
  const last = new Map<string, Promise<unknown>>();
  return async (key, task) => {
    const mine = (last.get(key) ?? Promise.resolve()).then(task);
    const ended = mine.catch(() => undefined);
    last.set(key, ended);
    void ended.then(() => last.get(key) === ended && last.delete(key));
    return mine;
  };
}
