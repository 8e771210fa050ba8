/**
 * Money and quantities between what a person types and the integers that are traded.
 * No floating point: text goes to integers digit by digit, and a price that ends in .5 is held as halves.
 */
import { MAX_AMOUNT } from '../market/offer.ts'
import { offerForm } from './text/en/offer-form.ts'
import { units } from './text/en/units.ts'
import { decimalSign } from './text/language.ts'

export type Parsed = { readonly ok: true; readonly value: number } | { readonly ok: false; readonly reason: string }

/**
 * Between groups of three digits in every language, as the comma or point of one is the decimal sign of the other.
 * A no-break space, so that a number never breaks over two lines.
 */
const GROUP = '\u202f'
const SPACES = /[\s\u00a0\u202f]/g

function refuse(reason: string): Parsed {
  return { ok: false, reason }
}

/** The smallest units that a decimal text such as "28.35" stands for, from 1 to MAX_AMOUNT; with a comma where that is the decimal sign. */
export function parseAmount(text: string, decimals: number, sign = decimalSign()): Parsed {
  const wrong = offerForm.t.wrong
  const typed = text.replace(SPACES, '')
  if (typed === '') return refuse(wrong.noPrice)
  if (typed.includes(sign === '.' ? ',' : '.')) return refuse(wrong.foreignSign)
  if (typed.startsWith('-')) return refuse(wrong.priceNotAbove)
  const match = /^(\d*)(?:\.(\d*))?$/.exec(typed.replace(sign, '.'))
  const whole = match?.[1] ?? ''
  const fraction = match?.[2] ?? ''
  if (match === null || whole + fraction === '') return refuse(wrong.noNumber(decimals > 0 ? `12${sign}5` : '12'))
  if (fraction.length > decimals) return refuse(decimals === 0 ? wrong.wholePrice : wrong.tooFine(decimals))
  return inRange(whole + fraction.padEnd(decimals, '0'), (limit) => formatHalves(halves(limit), decimals, sign))
}

/** A quantity: whole units from 1 to MAX_AMOUNT. */
export function parseQuantity(text: string): Parsed {
  const wrong = offerForm.t.wrong
  const digits = text.replace(SPACES, '')
  if (digits === '') return refuse(wrong.noQuantity)
  if (digits.startsWith('-')) return refuse(wrong.quantityNotAbove)
  if (!/^\d+$/.test(digits)) return refuse(wrong.wholeQuantity)
  return inRange(digits, (limit) => formatAmount(limit, 0))
}

function inRange(digits: string, show: (limit: number) => string): Parsed {
  const value = BigInt(digits)
  if (value < 1n) return refuse(offerForm.t.wrong.least(show(1)))
  if (value > BigInt(MAX_AMOUNT)) return refuse(offerForm.t.wrong.most(show(MAX_AMOUNT)))
  return { ok: true, value: Number(value) }
}

/** Half units, so that the mean of two prices is an integer too. The value is a multiple of .5 below 2^51. */
export function halves(units: number): bigint {
  return BigInt(units * 2)
}

/** An amount with all its decimals, and one more where it ends in half a unit: 2835.5 with 2 decimals is "28.355". */
export function formatAmount(units: number, decimals: number): string {
  return formatHalves(halves(units), decimals)
}

/** The same for an amount given in half units, of any size. */
export function formatHalves(amount: bigint, decimals: number, point = decimalSign()): string {
  const sign = amount < 0n ? '−' : ''
  const size = amount < 0n ? -amount : amount
  const digits = (size / 2n).toString().padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals)
  const fraction = digits.slice(digits.length - decimals) + (size % 2n === 1n ? '5' : '')
  return `${sign}${grouped(whole)}${fraction === '' ? '' : `${point}${fraction}`}`
}

/** Price times quantity, exact. */
export function formatTotal(price: number, quantity: number, decimals: number): string {
  return formatHalves(halves(price) * BigInt(quantity), decimals)
}

/** A whole number, such as a quantity. */
export function formatCount(count: number | bigint): string {
  return formatHalves(BigInt(count) * 2n, 0)
}

/** What stands in an input: the amount without spaces between its digits. */
export function amountText(units: number, decimals: number): string {
  return formatAmount(units, decimals).replace(SPACES, '')
}

/** Four digits read well as they are; from five on, groups of three. */
function grouped(whole: string): string {
  return whole.length < 5 ? whole : whole.replace(/\B(?=(?:\d{3})+$)/g, GROUP)
}

/** A count or duration that is not whole, with one decimal. */
export function formatTenths(value: number): string {
  return value.toFixed(1).replace('.', decimalSign())
}

/** A file's size for reading, "1.4 GB"; the exact bytes are shown beside it where they matter. */
export function formatBytes(bytes: number): string {
  const names = [units.t.bytes, 'kB', 'MB', 'GB', 'TB', 'PB']
  let size = bytes
  let step = 0
  while (size >= 1000 && step < names.length - 1) {
    size /= 1000
    step += 1
  }
  return `${step === 0 ? size : formatTenths(size)} ${names[step]}`
}
