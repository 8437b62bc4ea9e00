/**
 * One address of an EndpointSlice, with the port that a binding has there. Nothing has checked whose address it is:
 * whoever may write EndpointSlices may write any address.
 */
export interface Endpoint {
  readonly ip: string;
  readonly port: number;
  /** Conditions that nobody set count as the API says: ready, and not terminating. */
  readonly ready: boolean;
  readonly terminating: boolean;
}
