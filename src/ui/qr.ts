import { encode } from 'uqr'

/** Modules of light ground around the code, as the standard wants (ISO/IEC 18004). */
const QUIET_ZONE = 4

/** A text as a QR code: the length of a side in modules, and its dark modules as an SVG path. */
export function qrOf(text: string): { size: number; path: string } {
  const { size, data } = encode(text, { border: QUIET_ZONE, ecc: 'L' })
  const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
  return { size, path }
}
