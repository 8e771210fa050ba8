/** g: wrong input in every field of every form and in every argument of `window.peermart`, all in one market of two tabs. */
import type { Locator, Page } from '@playwright/test'
import type { PeerMart } from '../src/adapters/peermart.ts'
import { Form, goTo } from './form.ts'
import { expect, type Market, openMarket, PATIENCE_MS, type Service, type Tab, test, WOOD } from './market.ts'

declare global {
  interface Window {
    atOnce: Promise<Service>
  }
}

const AMOUNTS_END = 2 ** 50
const SHA256 = 'ab'.repeat(32)
const UNKNOWN_ID = '0123456789abcdef'.repeat(2)

let market: Market
let first: Tab
let second: Tab
let wood: Service

/** Asks for a service as soon as there is a `window.peermart`, before there is a peer: the call waits for the store. */
function askAtOnce(service: unknown): void {
  let mart: PeerMart
  Object.defineProperty(window, 'peermart', {
    get: () => mart,
    set: (given: PeerMart) => {
      mart = given
      window.atOnce = mart.createService(service)
    },
  })
}

test.describe.configure({ mode: 'serial' })

test.beforeAll(async ({ browser }) => {
  market = await openMarket(browser)
  const context = await market.context()
  await context.addInitScript(askAtOnce, WOOD)
  const [one, two] = await Promise.all([market.open({ context }), market.open()])
  first = one
  second = two
  wood = await first.page.evaluate(() => window.atOnce)
  await Promise.all([first.waitForPeers(1), second.waitForPeers(1)])
  await second.openService(wood.link)
})

test.afterEach(() => {
  expect(market.problems).toEqual([])
})

test.afterAll(() => market.close())

const title = (page: Page): Locator => page.getByTestId('service-title')

test('g: the form for a new service explains each wrong field and loses nothing', async () => {
  const form = new Form(first.page, 'new-service-form')
  const good = {
    name: 'A film',
    kind: 'file',
    fileSize: '1400000000',
    fileSha256: SHA256,
    unit: 'copy',
    currency: 'EUR',
    decimals: '2',
    tags: 'film, open',
  }

  await form.submit()
  for (const name of ['name', 'unit', 'currency']) await expect(form.locator.getByTestId(`error-${name}`)).toHaveText(/\S+ \S+/)
  await form.fill({ kind: 'file' })

  await form.expectEachRefused(good, {
    name: ['', '   ', 'x'.repeat(101), 'a\u0007b', 'a\u202eb'],
    fileSize: ['', '-1', '1.5', '1e3', 'big', '9007199254740992', '99999999999999999999'],
    fileSha256: ['', 'ab', 'g'.repeat(64), `${SHA256}0`],
    unit: ['', ' ', 'x'.repeat(31), 'a\u0000b'],
    currency: ['', 'x'.repeat(13), '\u2066EUR'],
    decimals: ['', '-1', '9', '1.5', 'two', '1e0'],
    tags: ['a,b,c,d,e,f,g,h,i', `film, ${'x'.repeat(31)}`, 'a\u0007b', 'a\u202eb'],
  })
  // Another kind hides what is typed for the file, and does not forget it.
  await form.fill({ kind: 'general' })
  await expect(form.control('fileSize')).toHaveCount(0)
  await form.fill({ kind: 'file' })
  await expect(form.control('fileSha256')).toHaveValue(SHA256)

  await form.submit()
  await expect(title(first.page)).toHaveText('A film')
  await expect(first.page.locator('.facts')).toContainText('1.4 GB')
})

test('g: a file that is chosen fills in its size and SHA-256', async () => {
  await first.page.goto(`${market.server.url}#/`)
  const form = new Form(first.page, 'new-service-form')
  await form.fill({ kind: 'file' })
  await form.control('filePicker').setInputFiles({ name: 'abc.txt', mimeType: 'text/plain', buffer: Buffer.from('abc') })
  await expect(form.control('fileSha256')).toHaveValue('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  await expect(form.control('fileSize')).toHaveValue('3')
})

test('g: the form for a link explains what is wrong with it', async () => {
  await first.page.goto(`${market.server.url}#/`)
  const form = new Form(first.page, 'open-service-form')
  const { serviceId, link } = wood
  const damaged = [
    '',
    '  ',
    'firewood',
    serviceId.slice(1),
    `${serviceId}0`,
    `g${serviceId.slice(1)}`,
    market.server.url,
    `${market.server.url}#/s/`,
    link.replace(serviceId, serviceId.slice(1)),
    link.replace(serviceId, UNKNOWN_ID),
    link.slice(0, -1),
    `${link}A`,
    `${link}*`,
    link.replace(/p=.*/, 'p='),
    `${link}${'A'.repeat(20_000)}`,
    // Well made, but nobody has heard of it.
    UNKNOWN_ID,
    `${market.server.url}#/s/${UNKNOWN_ID}`,
  ]
  await form.expectEachRefused({ link: ` ${link} ` }, { link: damaged })
  await form.submit()
  await expect(title(first.page)).toHaveText(WOOD.name)
})

test('g: an address that opens nothing says so', async () => {
  await first.page.goto(`${market.server.url}#/s/${UNKNOWN_ID}`)
  await expect(first.page.getByTestId('error-link')).toHaveText(/Nobody here knows this service/)
  await first.page.goto(wood.link.replace(wood.serviceId, UNKNOWN_ID))
  await expect(first.page.getByTestId('error-link')).toHaveText(/damaged/)
  await first.page.goto(wood.link)
  await expect(title(first.page)).toHaveText(WOOD.name)
})

test('g: the offer form explains each wrong field and loses nothing', async () => {
  const { page } = first
  await page.goto(wood.link)
  const form = new Form(page, 'offer-form')
  const good = { price: '10.50', quantity: '2', validFor: '300000' }
  // A select takes nothing foreign from a person; a page that was tampered with might.
  const foreign = ['600001', '0', '-1', '1.5', 'soon']
  await form.control('validFor').evaluate((select, values) => {
    for (const value of values) (select as HTMLSelectElement).add(new Option(value, value))
  }, foreign)
  await form.locator.getByRole('radio', { name: 'Sell' }).check()
  await form.expectEachRefused(good, {
    price: ['', ' ', '.', '0', '0.00', '-1', '1,50', '1.005', '1e3', 'ten', 'NaN', '11258999068426.24', '9'.repeat(400)],
    quantity: ['', '0', '-1', '1.5', '1,5', '1e3', 'two', 'Infinity', String(AMOUNTS_END), '9'.repeat(400)],
    validFor: foreign,
  })
  await expect(form.locator.getByRole('radio', { name: 'Sell' })).toBeChecked()
  await form.submit()
  await expect(page.getByTestId('offer-answer')).toHaveText(/Accepted by 2 of 2 brokers/, { timeout: PATIENCE_MS })
  expect(await first.offers()).toMatchObject([{ side: 'sell', price: 1_050, quantity: 2, state: 'open' }])
  // An answer belongs to what was sent: it does not stand under what is typed next.
  await form.control('price').fill('0')
  await expect(page.getByTestId('offer-answer')).toHaveText('')
})

type Refusal = readonly [given: unknown, field: string, code?: string]

/** Calls with each wrong value, and compares all refusals at once. */
async function expectRefusals(
  method: 'createService' | 'openService' | 'getPrice' | 'sendOffer' | 'withdraw' | 'orderBook',
  refusals: readonly Refusal[],
  before: readonly unknown[] = [],
) {
  const found = await Promise.all(refusals.map(([given]) => first.errorOf(method, ...before, given)))
  const seen = found.map(({ code, field, message }, at) => ({ given: refusals[at]![0], code, field, explained: message.includes(' ') }))
  const wanted = refusals.map(([given, field, code = 'invalid-argument']) => ({
    given,
    code,
    field: field === '' ? undefined : field,
    explained: true,
  }))
  expect(seen).toEqual(wanted)
}

const without = (object: object, name: string): object => Object.fromEntries(Object.entries(object).filter(([key]) => key !== name))
const noObjects: readonly unknown[] = [undefined, null, 0, Number.NaN, true, 'text', [], [WOOD]]
const noIds: readonly unknown[] = [
  undefined,
  null,
  0,
  Number.NaN,
  true,
  '',
  'x',
  {},
  [],
  [UNKNOWN_ID],
  UNKNOWN_ID.slice(1),
  `${UNKNOWN_ID}0`,
  `g${UNKNOWN_ID.slice(1)}`,
]
const noAmounts: readonly unknown[] = [
  undefined,
  null,
  0,
  -0,
  -1,
  0.5,
  1.5,
  AMOUNTS_END,
  2 ** 53,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  '1',
  true,
  [1],
  {},
  1n,
]

test('g: createService refuses each wrong argument by its field', async () => {
  const film = { ...WOOD, kind: 'file', file: { size: 3, sha256: SHA256 } }
  const texts = (name: string, most: number): Refusal[] =>
    [undefined, null, 1, Number.NaN, true, [], {}, '', '  ', 'x'.repeat(most + 1), 'x'.repeat(100_000), 'a\nb', 'a\u202eb', '\ud800'].map(
      (value) => [{ ...WOOD, [name]: value }, name],
    )
  await expectRefusals('createService', [
    ...noObjects.map((given): Refusal => [given, 'service']),
    [{}, 'name'],
    ...Object.keys(WOOD).map((name): Refusal => [without(WOOD, name), name]),
    [{ ...WOOD, price: 1 }, 'price'],
    ...texts('name', 100),
    ...texts('unit', 30),
    ...texts('currency', 12),
    ...[undefined, null, 0, '', 'File', ['general']].map((kind): Refusal => [{ ...WOOD, kind }, 'kind']),
    ...[undefined, null, -1, 9, 0.5, AMOUNTS_END, Number.NaN, '2', [2]].map((decimals): Refusal => [{ ...WOOD, decimals }, 'decimals']),
    ...[undefined, null, 'wood', {}, [1], [null], [''], ['x'.repeat(31)], ['a\nb'], 'abcdefghi'.split(''), Array(100_000).fill('a')].map(
      (tags): Refusal => [{ ...WOOD, tags }, 'tags'],
    ),
    [{ ...WOOD, file: film.file }, 'file'],
    ...[undefined, null, 1, 'file', []].map((file): Refusal => [{ ...film, file }, 'file']),
    [{ ...film, file: { ...film.file, name: 'film' } }, 'file'],
    ...[undefined, null, -1, 0.5, 2 ** 53, Number.NaN, '3'].map(
      (size): Refusal => [{ ...film, file: { ...film.file, size } }, 'file.size'],
    ),
    ...[undefined, null, 1, '', 'ab', 'g'.repeat(64), `${SHA256}00`].map(
      (sha256): Refusal => [{ ...film, file: { ...film.file, sha256 } }, 'file.sha256'],
    ),
  ])
})

test('g: openService refuses what is no link and no id, and damaged links', async () => {
  const { serviceId, link } = wood
  await expectRefusals('openService', [
    ...noIds.map((given): Refusal => [given, 'serviceId']),
    [market.server.url, 'serviceId'],
    [link.replace(serviceId, ''), 'serviceId'],
    [link.replace(serviceId, serviceId.slice(1)), 'serviceId'],
    [link.replace(serviceId, UNKNOWN_ID), 'serviceId'],
    [`${link}${'A'.repeat(20_000)}`, 'serviceId'],
    [link.slice(0, -1), 'link'],
    [`${link}A`, 'link'],
    [`${link}*`, 'link'],
    [link.replace(/p=.*/, 'p='), 'link'],
    [UNKNOWN_ID, '', 'unknown-service'],
    [`${market.server.url}#/s/${UNKNOWN_ID}`, '', 'unknown-service'],
  ])
})

test('g: getPrice and orderBook refuse what is no id; of a service that nobody has heard of they find nothing', async () => {
  const refusals = [...noIds, wood.serviceId.toUpperCase(), wood.link].map((given): Refusal => [given, 'serviceId'])
  await expectRefusals('getPrice', refusals)
  await expectRefusals('orderBook', refusals)
  expect(await first.getPrice(UNKNOWN_ID)).toEqual({ bid: 0, ask: Number.POSITIVE_INFINITY })
  expect(await first.orderBook(UNKNOWN_ID)).toMatchObject({ bids: [], asks: [] })
})

test('g: sendOffer refuses each wrong argument by its field', async () => {
  const offer = { side: 'buy', price: 900, quantity: 1, validForMs: 60_000 }
  const before = await first.offers()
  const ids = [...noIds, wood.serviceId.toUpperCase(), wood.link]
  const forIds = await Promise.all(ids.map((id) => first.errorOf('sendOffer', id, offer)))
  expect(forIds).toMatchObject(ids.map(() => ({ code: 'invalid-argument', field: 'serviceId' })))
  expect(await first.errorOf('sendOffer', UNKNOWN_ID, offer)).toMatchObject({ code: 'unknown-service' })
  await expectRefusals(
    'sendOffer',
    [
      ...noObjects.map((given): Refusal => [given, 'offer']),
      [{}, 'side'],
      ...Object.keys(offer).map((name): Refusal => [without(offer, name), name]),
      [{ ...offer, seq: 1 }, 'seq'],
      ...[undefined, null, 0, '', 'Buy', 'bid', ['buy']].map((side): Refusal => [{ ...offer, side }, 'side']),
      ...['price', 'quantity', 'validForMs'].flatMap((name) => noAmounts.map((value): Refusal => [{ ...offer, [name]: value }, name])),
      [{ ...offer, validForMs: 600_001 }, 'validForMs'],
    ],
    [wood.serviceId],
  )
  expect(await first.offers()).toEqual(before)
})

test('g: withdraw refuses what is no id, and offers that are not open here', async () => {
  const [open] = await first.offers()
  await expectRefusals('withdraw', [
    ...noIds.map((given): Refusal => [given, 'offerId']),
    [open!.offerId.toUpperCase(), 'offerId'],
    [UNKNOWN_ID, '', 'unknown-offer'],
    [wood.serviceId, '', 'unknown-offer'],
  ])
  // An offer is withdrawn by its own peer, and once.
  expect(await second.errorOf('withdraw', open!.offerId)).toMatchObject({ code: 'unknown-offer' })
  await first.withdraw(open!.offerId)
  await expectRefusals('withdraw', [[open!.offerId, '', 'unknown-offer']])
})

test('g: functions, symbols, cycles and getters that throw are refused as well', async () => {
  const found = await first.page.evaluate(
    async ([serviceId, service]) => {
      const mart = window.peermart
      const offer = { side: 'buy', price: 900, quantity: 1, validForMs: 60_000 }
      const cycle: { tags: unknown[] } = { ...service, tags: [] }
      cycle.tags.push(cycle.tags)
      const getter = {
        ...offer,
        get price(): number {
          throw new Error('not for you')
        },
      }
      const calls: [string, () => Promise<unknown>][] = [
        ['service', () => mart.createService(() => service)],
        ['name', () => mart.createService({ ...service, name: Symbol('name') })],
        ['service', () => mart.createService(cycle)],
        ['serviceId', () => mart.openService(() => serviceId)],
        ['serviceId', () => mart.getPrice(Symbol('id'))],
        ['serviceId', () => mart.orderBook(Object(serviceId))],
        ['offer', () => mart.sendOffer(serviceId, getter)],
        ['quantity', () => mart.sendOffer(serviceId, { ...offer, quantity: { valueOf: () => 1 } })],
        ['offerId', () => mart.withdraw(() => serviceId)],
      ]
      const outcome = (call: () => Promise<unknown>): Promise<unknown> =>
        call().then(
          () => 'done',
          (error) =>
            error instanceof Error && 'code' in error && error.code === 'invalid-argument' && 'field' in error
              ? error.field
              : String(error),
        )
      return Promise.all(calls.map(async ([field, call]) => [field, await outcome(call)]))
    },
    [wood.serviceId, WOOD] as const,
  )
  expect(found.map(([, field]) => field)).toEqual(found.map(([field]) => field))
})

test('g: subscribe takes functions only, and a listener that throws silences no other', async () => {
  const codes = await first.page.evaluate(() =>
    [undefined, null, 0, 'listener', {}, []].map((given) => {
      try {
        window.peermart.subscribe(given as unknown as () => void)
        return ''
      } catch (error) {
        const { code, field } = error as Error & { code: string; field: string }
        return `${code} ${field}`
      }
    }),
  )
  expect(codes).toEqual(codes.map(() => 'invalid-argument listener'))
  const told = first.page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const mart = window.peermart
        const endBad = mart.subscribe(() => {
          throw new Error('a bad listener')
        })
        const end = mart.subscribe((view) => {
          endBad()
          end()
          resolve(view?.services.length ?? 0)
        })
      }),
  )
  await first.createService({ ...WOOD, name: 'Kindling' })
  expect(await told).toBeGreaterThan(1)
  expect(market.problems.splice(0)).toEqual([expect.stringContaining('a bad listener')])
})

test('g: after all of it the tab trades on', async () => {
  const { serviceId } = wood
  await first.sendOffer(serviceId, { side: 'buy', price: AMOUNTS_END - 1, quantity: AMOUNTS_END - 1, validForMs: 600_000 })
  await second.sendOffer(serviceId, { side: 'sell', price: AMOUNTS_END - 2, quantity: AMOUNTS_END - 1, validForMs: 600_000 })
  const trade = { serviceId, price: AMOUNTS_END - 1.5, quantity: AMOUNTS_END - 1 }
  expect(await first.waitForReceipts(1)).toMatchObject([trade])
  expect(await second.waitForReceipts(1)).toMatchObject([trade])
  await goTo(first.page, 'Trades')
  await expect(first.page.getByTestId('trades')).toContainText('11 258 999 068 426.225'.replaceAll(' ', '\u202f'))
})
