// Chromium for the measurements.
import puppeteer from 'puppeteer-core'
import { browserFlags } from '../browser-flags.mjs'

/**
 * @param {string} executablePath
 * @param {{ flags?: string[], screen?: { width: number, height: number } }} [options] without a screen the page's size is left alone
 */
export function launch(executablePath, { flags = browserFlags, screen } = {}) {
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return puppeteer.launch({ executablePath, headless: true, args: [...sandbox, ...flags], defaultViewport: screen ?? null })
}

/**
 * The median; of an even count the upper of both.
 * @param {readonly number[]} values
 */
export function median(values) {
  return share(values, 0.5)
}

/**
 * The value that a share of all are below.
 * @param {readonly number[]} values
 * @param {number} part 0 to 1
 */
export function share(values, part) {
  const sorted = [...values].sort((left, right) => left - right)
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0
}
