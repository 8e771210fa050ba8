// One run of the simulator as a child process: ended from outside when its time is up, and judged by what it had shown until then.
import { spawn } from 'node:child_process'

/** Exit code of a run that was cut off and had shown nothing wrong; no program gives it. */
export const CUT_OFF = -1

/** @typedef {{ code: number, stdout: string, stderr: string }} Ending */

/**
 * Runs Node. A run is ended when its virtual time, as its progress on stderr tells it, has not gone on for `hungMs`: it loops for ever. Ended from outside, a
 * run has failed (1) when it had shown a violation, or when its virtual time had not gone on for `stillMs`. Else it was cut off. Times are in ms of the wall clock.
 * @param {readonly string[]} args
 * @param {{ cutMs: number, hungMs: number, stillMs: number }} times `cutMs`: from now, when it is cut off; may be infinite.
 * @returns {Promise<Ending>}
 */
export function runWatched(args, { cutMs, hungMs, stillMs }) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    let isCut = false
    let minutes = -1
    let movedMs = Date.now()
    /** @param {number} mostMs */
    const end = (mostMs) => {
      isCut = true
      const stoodMs = Date.now() - movedMs
      if (stoodMs >= mostMs) stderr += `virtual time stood still for ${Math.round(stoodMs / 1_000)} s\n`
      child.kill()
    }
    // A moment later than the bound, so that it has passed for sure.
    const hung = setTimeout(() => end(hungMs), hungMs + 5)
    const cut = Number.isFinite(cutMs) ? setTimeout(() => end(stillMs), cutMs) : undefined
    child.stdout.on('data', (text) => {
      stdout += text
    })
    child.stderr.on('data', (text) => {
      stderr += text
      const shown = minutesIn(stderr)
      if (shown <= minutes) return
      minutes = shown
      movedMs = Date.now()
      hung.refresh()
    })
    child.on('close', (code) => {
      clearTimeout(hung)
      clearTimeout(cut)
      const isInnocent = isCut && !/[1-9]\d* violations|^virtual time stood still/m.test(stderr)
      resolve({ code: code ?? (isInnocent ? CUT_OFF : 1), stdout, stderr })
    })
  })
}

/**
 * What is kept of a failed run, for `npm run sim -- --replay`: its report, or, when it gave none, its settings and what it told.
 * @param {Readonly<Record<string, unknown>>} settings
 * @param {Ending} ending
 * @returns {string}
 */
export function keptOf(settings, { stdout, stderr }) {
  try {
    if (JSON.parse(stdout).settings !== undefined) return stdout
  } catch {
    // It was ended before its report, or in it.
  }
  return `${JSON.stringify({ settings, told: stderr })}\n`
}

/**
 * The virtual minutes in the last line of progress; -1 before the first.
 * @param {string} stderr
 */
function minutesIn(stderr) {
  return Number([...stderr.matchAll(/^([\d.]+) of [\d.]+ min/gm)].at(-1)?.[1] ?? -1)
}
