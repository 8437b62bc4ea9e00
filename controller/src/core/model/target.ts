import { placeIdKey, type PlaceId } from './place.ts';

/** The CLB's own words (DescribeTargetHealth, doc 214/44560); Close means that the place checks nothing. */
export type Health = 'Alive' | 'Dead' | 'Unknown' | 'Close';

/** A target of one place: its IP and port identify it there. */
export interface TargetAddress {
  readonly ip: string;
  readonly port: number;
  /** Set for nodes, which the API takes by their instance id; pods go by their IP (EniIp). */
  readonly instanceId?: string | undefined;
}

/** A target and where it is bound. */
export interface TargetRef extends PlaceId, TargetAddress {}

/** Opaque: identifies a target within its place, for maps only. */
export function addressKey({ ip, port }: TargetAddress): string {
  return `${ip}:${port}`;
}

/** Opaque: identifies a target within its CLB, for maps only. */
export function targetKey(target: TargetRef): string {
  return `${placeIdKey(target)}/${addressKey(target)}`;
}

/** The CLB sends to it, as far as its health check goes. Close: the check is off, so being bound is all there is. */
export function isServing(health: Health | undefined): boolean {
  return health === 'Alive' || health === 'Close';
}
