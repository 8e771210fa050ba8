import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AssertionError } from './assert.ts'
import { toHex, utf8 } from './bytes.ts'
import {
  bool,
  bytes,
  choice,
  DecodeError,
  decode,
  encode,
  hex,
  integer,
  list,
  map,
  nullable,
  record,
  refine,
  type Schema,
  text,
  u8,
  u16,
  u32,
  u53,
  union,
} from './schema.ts'

const row = record({ id: u32, price: integer(1, 1_000), side: choice('buy', 'sell'), name: text(20), key: hex(4) })
const message = union({
  empty: [0, record({})],
  rows: [7, record({ rows: list(row, 5), last: nullable(row), flag: bool })],
  raw: [255, record({ width: u8, length: u16, time: u53, bytes: bytes(30) })],
})

const smallText = fc.string({ unit: 'binary', maxLength: 8 }).filter((value) => utf8(value).length <= 20)
const rowValue = fc.record({
  id: fc.nat(0xffffffff),
  price: fc.integer({ min: 1, max: 1_000 }),
  side: fc.constantFrom('buy' as const, 'sell' as const),
  name: smallText,
  key: fc.uint8Array({ minLength: 4, maxLength: 4 }).map(toHex),
})
const messageValue = fc.oneof(
  fc.record({ type: fc.constant('empty' as const) }),
  fc.record({
    type: fc.constant('rows' as const),
    rows: fc.array(rowValue, { maxLength: 5 }),
    last: fc.option(rowValue),
    flag: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('raw' as const),
    width: fc.nat(255),
    length: fc.nat(65_535),
    time: fc.maxSafeNat(),
    bytes: fc.uint8Array({ maxLength: 30 }),
  }),
)

/** Invariants 1 and 3: a reason, or a value whose one encoding the bytes are. */
function checkDecoding(given: Uint8Array): void {
  const decoded = decode(message, given)
  if (decoded.ok) expect(encode(message, decoded.value)).toEqual(given)
  else expect(decoded.reason).toMatch(/\w/)
}

test('a value comes back from its bytes', () => {
  fc.assert(
    fc.property(messageValue, (value) => {
      expect(decode(message, encode(message, value))).toEqual({ ok: true, value })
    }),
  )
})

test('every truncation is refused, and so is every byte more', () => {
  fc.assert(
    fc.property(messageValue, fc.nat(255), (value, more) => {
      const whole = encode(message, value)
      for (let length = 0; length < whole.length; length += 1) expect(decode(message, whole.subarray(0, length)).ok).toBe(false)
      expect(decode(message, Uint8Array.of(...whole, more))).toEqual({ ok: false, reason: '1 bytes too many' })
    }),
  )
})

test('a changed byte gives a reason, or another value with exactly these bytes', () => {
  fc.assert(
    fc.property(messageValue, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, place, change) => {
      const given = encode(message, value)
      given[place % given.length] = (given[place % given.length] ?? 0) ^ change
      checkDecoding(given)
    }),
    { numRuns: 1_000 },
  )
})

test('any bytes give a reason, or a value with exactly these bytes', () => {
  const headed = fc
    .tuple(fc.constantFrom(0, 7, 255, 3), fc.uint8Array({ maxLength: 60 }))
    .map(([code, rest]) => Uint8Array.of(code, ...rest))
  fc.assert(fc.property(headed, checkDecoding), { numRuns: 1_000 })
})

test('bytes in the middle of a larger array are read alike', () => {
  const whole = encode(row, { id: 1, price: 2, side: 'sell', name: 'é', key: '01020304' })
  const larger = Uint8Array.of(9, 9, 9, ...whole, 9)
  expect(decode(row, larger.subarray(3, 3 + whole.length))).toEqual(decode(row, whole))
})

/** A schema, values that it must take with their bytes, and values and bytes that it must refuse. */
interface Case {
  schema: Schema<never>
  takes: [unknown, string][]
  refuses: unknown[]
  refusesBytes: string[]
}
const cases: Record<string, Case> = {
  u8: {
    schema: u8 as Schema<never>,
    takes: [
      [0, '00'],
      [255, 'ff'],
    ],
    refuses: [-1, 256, 1.5, Number.NaN, '1', null, undefined],
    refusesBytes: [''],
  },
  u16: { schema: u16 as Schema<never>, takes: [[0x102, '0102']], refuses: [-1, 65_536], refusesBytes: ['01'] },
  u32: { schema: u32 as Schema<never>, takes: [[0xfffffffe, 'fffffffe']], refuses: [2 ** 32], refusesBytes: ['010203'] },
  u53: {
    schema: u53 as Schema<never>,
    takes: [
      [0, '0000000000000000'],
      [2 ** 53 - 1, '001fffffffffffff'],
      [2 ** 32, '0000000100000000'],
    ],
    refuses: [2 ** 53, -1, Number.POSITIVE_INFINITY],
    refusesBytes: ['0020000000000000', 'ffffffffffffffff', '00'],
  },
  integer: {
    schema: integer(5, 6) as Schema<never>,
    takes: [
      [5, '0000000000000005'],
      [6, '0000000000000006'],
    ],
    refuses: [4, 7, 5.5],
    refusesBytes: ['0000000000000004', '0000000000000007'],
  },
  bool: {
    schema: bool as Schema<never>,
    takes: [
      [false, '00'],
      [true, '01'],
    ],
    refuses: [],
    refusesBytes: ['02', 'ff', ''],
  },
  hex: {
    schema: hex(2) as Schema<never>,
    takes: [['0aff', '0aff']],
    refuses: ['0a', '0AFF', 'zzzz', '0aff00', null],
    refusesBytes: ['0a', '0aff00'],
  },
  bytes: {
    schema: bytes(2) as Schema<never>,
    takes: [
      [Uint8Array.of(), '00000000'],
      [Uint8Array.of(1, 2), '000000020102'],
    ],
    refuses: [Uint8Array.of(1, 2, 3)],
    refusesBytes: ['00000003010203', 'ffffffff', '0000000201', '0000'],
  },
  text: {
    schema: text(3) as Schema<never>,
    takes: [
      ['', '00000000'],
      ['aé', '0000000361c3a9'],
    ],
    refuses: ['abcd', 'éé'],
    refusesBytes: ['00000001ff', '00000002c0af', '00000003eda080', '0000000461626364'],
  },
  choice: {
    schema: choice('a', 'b') as Schema<never>,
    takes: [
      ['a', '00'],
      ['b', '01'],
    ],
    refuses: ['c', '', undefined],
    refusesBytes: ['02', 'ff'],
  },
  list: {
    schema: list(u8, 2) as Schema<never>,
    takes: [
      [[], '0000'],
      [[1, 2], '00020102'],
    ],
    refuses: [[1, 2, 3], [256]],
    refusesBytes: ['0003010203', '000201', 'ffff', '00'],
  },
  nullable: {
    schema: nullable(u8) as Schema<never>,
    takes: [
      [null, '00'],
      [0, '0100'],
    ],
    refuses: [256],
    refusesBytes: ['02', '01', '0000'],
  },
  union: {
    schema: union({ a: [3, record({ x: u8 })] }) as Schema<never>,
    takes: [[{ type: 'a', x: 1 }, '0301']],
    refuses: [{ type: 'b', x: 1 }],
    refusesBytes: ['0401', '03', ''],
  },
}

test.each(Object.entries(cases))('%s: its bytes and its bounds', (_, { schema, takes, refuses, refusesBytes }) => {
  for (const [value, wanted] of takes) {
    const given = encode(schema, value as never)
    expect(toHex(given)).toBe(wanted)
    expect(decode(schema, given)).toEqual({ ok: true, value })
  }
  for (const value of refuses) expect(() => encode(schema, value as never), String(value)).toThrow(AssertionError)
  for (const given of refusesBytes) expect(decode(schema, new Uint8Array(Buffer.from(given, 'hex'))).ok, given).toBe(false)
})

test('one schema narrowed, or in another form', () => {
  const even = refine(u8, (value) => value % 2 === 0, 'even')
  expect(() => encode(even, 3)).toThrow(AssertionError)
  expect(decode(even, Uint8Array.of(3))).toEqual({ ok: false, reason: 'not even' })
  const doubled = map(u8, { decode: (value) => value * 2, encode: (value) => value / 2 })
  expect(decode(doubled, encode(doubled, 10))).toEqual({ ok: true, value: 10 })
})

test('a form may refuse what it reads; an error of ours is not hidden', () => {
  const refusing = map(u8, {
    decode(): number {
      throw new DecodeError('no such thing')
    },
    encode: (value) => value,
  })
  expect(decode(refusing, Uint8Array.of(1))).toEqual({ ok: false, reason: 'no such thing' })
  const broken = map(u8, {
    decode(): number {
      throw new TypeError('a bug')
    },
    encode: (value) => value,
  })
  expect(() => decode(broken, Uint8Array.of(1))).toThrow(TypeError)
})

test('a long value makes the writer grow', () => {
  const long = Uint8Array.from({ length: 10_000 }, (_, index) => index % 251)
  expect(decode(bytes(10_000), encode(bytes(10_000), long))).toEqual({ ok: true, value: long })
})
