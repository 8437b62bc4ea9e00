/** The host of the rows that are served over TLS. */
export const secureHost = 'proof.example.com';
