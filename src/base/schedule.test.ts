import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Schedule, type Timer } from './schedule.ts'

const START = 1_000

function setUp() {
  const schedule = new Schedule(START)
  const ran: string[] = []
  const pass = (nowMs: number): boolean => {
    const woke = schedule.advance(nowMs)
    schedule.run()
    return woke
  }
  return { schedule, ran, pass, note: (name: string) => () => ran.push(name) }
}

test('runs what is due, in the order of due times, then of setting', () => {
  const { schedule, ran, pass, note } = setUp()
  schedule.after(30, note('third'))
  schedule.after(10, note('first'))
  schedule.at(START + 30, note('fourth'))
  schedule.after(20, note('second'))
  expect(schedule.nextMs()).toBe(START + 10)
  pass(START + 9)
  expect(ran).toEqual([])
  pass(START + 29)
  expect(ran).toEqual(['first', 'second'])
  pass(START + 30)
  expect(ran).toEqual(['first', 'second', 'third', 'fourth'])
  expect(schedule.nextMs()).toBe(Number.POSITIVE_INFINITY)
})

test('what is cancelled does not run, nor is it waited for', () => {
  const { schedule, ran, pass, note } = setUp()
  const first = schedule.after(10, note('first'))
  const second = schedule.after(20, note('second'))
  first.cancel()
  first.cancel()
  expect(schedule.nextMs()).toBe(START + 20)
  pass(START + 20)
  second.cancel()
  expect(ran).toEqual(['second'])
})

test('an action may cancel another that is due', () => {
  const { schedule, ran, pass, note } = setUp()
  let other: Timer | undefined
  schedule.after(10, () => other?.cancel())
  other = schedule.after(10, note('other'))
  pass(START + 50)
  expect(ran).toEqual([])
})

test('an action set while running, for now or earlier, runs in the same run', () => {
  const { schedule, ran, pass, note } = setUp()
  schedule.after(10, () => {
    ran.push('outer')
    schedule.after(0, note('now'))
    schedule.at(START, note('earlier'))
    schedule.after(1, note('later'))
  })
  schedule.after(11, note('between'))
  pass(START + 11)
  expect(ran).toEqual(['outer', 'earlier', 'between', 'now'])
  pass(START + 12)
  expect(ran.at(-1)).toBe('later')
})

test('an action that sets itself without end does not hang the step', () => {
  const { schedule, pass } = setUp()
  let count = 0
  const again = (): void => {
    count += 1
    schedule.after(0, again)
  }
  schedule.after(0, again)
  pass(START)
  expect(count).toBeGreaterThan(1_000)
})

test('a run that comes much too late is a wake-up: all is put off by its lateness', () => {
  const { schedule, ran, pass, note } = setUp()
  schedule.after(100, note('first'))
  schedule.after(300, note('second'))
  expect(pass(START + 100 + 4_999)).toBe(false)
  expect(ran).toEqual(['first', 'second'])
  schedule.after(100, note('third'))
  schedule.after(300, note('fourth'))
  const dueMs = schedule.nextMs()
  expect(pass(dueMs + 60_000)).toBe(true)
  expect(ran.slice(2)).toEqual(['third'])
  expect(schedule.nextMs()).toBe(dueMs + 60_000 + 200)
  expect(pass(dueMs + 60_200)).toBe(false)
  expect(ran.slice(2)).toEqual(['third', 'fourth'])
})

test('a pause with nothing set is no wake-up', () => {
  const { schedule, pass, note } = setUp()
  expect(pass(START + 1_000_000)).toBe(false)
  schedule.after(10, note('later'))
  expect(schedule.nextMs()).toBe(START + 1_000_010)
  expect(schedule.nowMs).toBe(START + 1_000_000)
})

test('a clock that is set back takes the deadlines with it', () => {
  const { schedule, ran, pass, note } = setUp()
  schedule.after(100, note('first'))
  expect(pass(START - 3_000)).toBe(false)
  expect(schedule.nextMs()).toBe(START - 3_000 + 100)
  pass(START - 2_900)
  expect(ran).toEqual(['first'])
  schedule.after(100, note('second'))
  expect(pass(START - 3_600_000), 'an hour back: nothing that was noted holds').toBe(true)
  pass(START - 3_600_000 + 100)
  expect(ran).toEqual(['first', 'second'])
})

test('what is cancelled does not pile up', () => {
  const { schedule, ran, pass, note } = setUp()
  schedule.after(50, note('kept'))
  for (let count = 0; count < 10_000; count += 1) schedule.after(60_000, note('never')).cancel()
  expect(schedule.sizes().set).toBe(1)
  expect(schedule.sizes().kept).toBeLessThan(200)
  pass(START + 50)
  expect(ran).toEqual(['kept'])
  expect(schedule.sizes().set).toBe(0)
})

test('steady time passes like the clock, but not while the machine sleeps, nor when the clock is set back', () => {
  const { schedule, pass, note } = setUp()
  schedule.after(100, note('due'))
  expect(schedule.steadyMs).toBe(START)
  pass(START + 40)
  expect(schedule.steadyMs).toBe(START + 40)
  pass(START - 3_600_000)
  expect(schedule.steadyMs).toBe(START + 40)
  pass(START - 3_600_000 + 10)
  expect(schedule.steadyMs).toBe(START + 50)
  // The next deadline is 50 ms away: what comes later is sleep.
  pass(START + 3_600_000)
  expect(schedule.steadyMs).toBe(START + 100)
})

test('agrees with a sorted list, whatever is set, cancelled and passed', () => {
  const step = fc.record({ op: fc.constantFrom('set', 'cancel', 'pass'), ms: fc.nat(40), index: fc.nat(20) })
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const { schedule, ran, pass, note } = setUp()
      const timers: Timer[] = []
      let model: { name: string; dueMs: number; order: number }[] = []
      const expected: string[] = []
      let nowMs = START
      for (const { op, ms, index } of steps) {
        if (op === 'set') {
          const name = String(timers.length)
          model.push({ name, dueMs: nowMs + ms, order: timers.length })
          timers.push(schedule.after(ms, note(name)))
        } else if (op === 'cancel') {
          timers[index]?.cancel()
          model = model.filter(({ name }) => name !== String(index))
        } else {
          nowMs += ms
          pass(nowMs)
          model.sort((left, right) => left.dueMs - right.dueMs || left.order - right.order)
          expected.push(...model.filter(({ dueMs }) => dueMs <= nowMs).map(({ name }) => name))
          model = model.filter(({ dueMs }) => dueMs > nowMs)
        }
        expect(ran).toEqual(expected)
        expect(schedule.nextMs()).toBe(Math.min(Number.POSITIVE_INFINITY, ...model.map(({ dueMs }) => dueMs)))
      }
    }),
  )
})
