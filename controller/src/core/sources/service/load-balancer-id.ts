const pattern = /^lb-[a-z0-9]{1,32}$/;

/** Whether a text is the id of a CLB. */
export function isLoadBalancerId(text: string): boolean {
  return pattern.test(text);
}
