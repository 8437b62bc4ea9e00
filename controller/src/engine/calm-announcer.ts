import type { Announcement, Announcer } from '../core/ports.ts';

/** More objects than have something to say at once; the oldest is forgotten then, and may say it again. */
const most = 10_000;

/** Passes on what is new: every turn says what stands in its way, but people want to hear it once in a while. */
export function calmAnnouncer(announcer: Announcer, options: { repeatMs: number; nowMs: () => number }): Announcer {
  const saidAtMs = new Map<string, number>();
  const isNews = (uid: string, { reason, message, atMostEveryMs }: Announcement): boolean => {
    const key = atMostEveryMs === undefined ? `${uid} ${reason} ${message}` : `${uid} ${reason}`;
    const nowMs = options.nowMs();
    if (nowMs - (saidAtMs.get(key) ?? -Infinity) < (atMostEveryMs ?? options.repeatMs)) return false;
    saidAtMs.delete(key);
    saidAtMs.set(key, nowMs);
    const [oldest] = saidAtMs.keys();
    if (saidAtMs.size > most && oldest !== undefined) saidAtMs.delete(oldest);
    return true;
  };
  return {
    aboutPod: (pod, announcement) => {
      if (isNews(pod.uid, announcement)) announcer.aboutPod(pod, announcement);
    },
    aboutService: (service, announcement) => {
      if (isNews(service.uid, announcement)) announcer.aboutService(service, announcement);
    },
  };
}
