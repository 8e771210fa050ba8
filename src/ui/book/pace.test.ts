import { expect, test } from 'vitest'
import { Pacer } from './pace.ts'

function scene(paceMs: number) {
  const drawn: [number, string][] = []
  let timers: { readonly atMs: number; readonly run: () => void }[] = []
  let nowMs = 0
  const clock = {
    nowMs: () => nowMs,
    after: (ms: number, run: () => void) => {
      const timer = { atMs: nowMs + ms, run }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
  }
  const pacer = new Pacer<string>(clock, paceMs, (newest) => drawn.push([nowMs, newest]))
  const goTo = (ms: number) => {
    nowMs = ms
    const due = timers.filter(({ atMs }) => atMs <= ms)
    timers = timers.filter(({ atMs }) => atMs > ms)
    for (const { run } of due) run()
  }
  return { drawn, pacer, goTo }
}

test('the first is drawn at once, then the newest once a pace', () => {
  const { drawn, pacer, goTo } = scene(250)
  pacer.push('a')
  goTo(10)
  pacer.push('b')
  goTo(20)
  pacer.push('c')
  goTo(249)
  expect(drawn).toEqual([[0, 'a']])
  goTo(250)
  expect(drawn).toEqual([
    [0, 'a'],
    [250, 'c'],
  ])
  goTo(600)
  pacer.push('d')
  expect(drawn.at(-1)).toEqual([600, 'd'])
})

test('a thousand changes a second are four drawings', () => {
  const { drawn, pacer, goTo } = scene(250)
  for (let ms = 0; ms < 1000; ms += 1) {
    goTo(ms)
    pacer.push(String(ms))
  }
  expect(drawn.map(([atMs]) => atMs)).toEqual([0, 250, 500, 750])
})

test('a faster pace holds for what waits, and nothing is drawn after the end', () => {
  const { drawn, pacer, goTo } = scene(1000)
  pacer.push('a')
  goTo(10)
  pacer.push('b')
  pacer.paceMs = 100
  goTo(100)
  expect(drawn.at(-1)).toEqual([100, 'b'])
  pacer.push('c')
  pacer.stop()
  goTo(5000)
  expect(drawn).toHaveLength(2)
})
