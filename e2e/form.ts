/** Forms as a person uses them. */
import { expect, type Locator, type Page } from '@playwright/test'

/** Goes to a page by the navigation. */
export async function goTo(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click()
}

/** Closes the open dialog and acts before the browser has told that it is closed; returns when it has. */
export async function closedAndAtOnce(page: Page, act: () => unknown): Promise<void> {
  const handle = await page.evaluateHandle<() => unknown>(`(${act.toString()})`)
  await page.locator('dialog[open]').evaluate((dialog, next) => {
    const told = new Promise((resolve) => dialog.addEventListener('close', () => resolve(null), { once: true }))
    ;(dialog as HTMLDialogElement).close()
    next()
    return told
  }, handle)
}

/** One form on the screen: its controls by name, and its button. */
export class Form {
  readonly locator: Locator

  constructor(page: Page, testId: string) {
    this.locator = page.getByTestId(testId)
  }

  control(name: string): Locator {
    return this.locator.locator(`[name="${name}"]`)
  }

  async fill(values: Record<string, string>): Promise<void> {
    for (const [name, value] of Object.entries(values)) {
      const control = this.control(name)
      if ((await control.evaluate((element) => element.tagName)) === 'SELECT') await control.selectOption(value)
      else await control.fill(value)
    }
  }

  async submit(): Promise<void> {
    await this.locator.locator('[type="submit"]').click()
  }

  /** What stands in each control. */
  async values(names: readonly string[]): Promise<Record<string, string>> {
    return this.locator.evaluate((form, wanted) => {
      const { elements } = form as HTMLFormElement
      return Object.fromEntries(wanted.map((name) => [name, (elements.namedItem(name) as HTMLInputElement).value]))
    }, names)
  }

  /** Sends the form with one field wrong: the error stands there and nowhere else, and all that was typed stays. */
  async expectRefused(typed: Record<string, string>, name: string): Promise<void> {
    await this.submit()
    const control = this.control(name)
    const error = this.locator.getByTestId(`error-${name}`)
    await expect(error, `${name}: ${typed[name]}`).toHaveText(/\S+ \S+/)
    await expect(this.locator.locator('.field-error > span')).toHaveCount(1)
    await expect(control).toHaveAttribute('aria-invalid', 'true')
    await expect(control).toHaveAccessibleDescription(endingIn((await error.textContent()) ?? ''))
    await expect(control).toBeFocused()
    expect(await this.values(Object.keys(typed))).toEqual(typed)
  }

  /** Each wrong value in turn, all other fields as in `good`; the error goes when its field is corrected. */
  async expectEachRefused(good: Record<string, string>, wrong: Record<string, readonly string[]>): Promise<void> {
    await this.fill(good)
    for (const [name, values] of Object.entries(wrong)) {
      for (const value of values) {
        await this.fill({ [name]: value })
        await this.expectRefused({ ...good, [name]: value }, name)
      }
      await this.fill({ [name]: good[name] ?? '' })
      await expect(this.locator.getByTestId(`error-${name}`)).toHaveCount(0)
    }
  }
}

/** Matches the text's letters and digits; an accessible description has other spaces. */
function endingIn(text: string): RegExp {
  return new RegExp(`${text.replaceAll(/[^\p{L}\d]/gu, '.')}$`)
}

/** The order book of the service that is open. */
export function bookOn(page: Page): Locator {
  return page.getByRole('region', { name: 'Order book' })
}

/** The prices of one side's levels, as they stand above each other. */
export function levelsOn(page: Page, side: 'Bids' | 'Asks'): Locator {
  return bookOn(page)
    .getByRole('table', { name: new RegExp(`^${side}`) })
    .getByRole('rowheader')
}
