/** Bounds of a passphrase, in characters as JavaScript counts them. A backup's file can be tried without end, so what is short is not taken. */
export const LEAST_PASSPHRASE = 10
export const MOST_PASSPHRASE = 1_024
