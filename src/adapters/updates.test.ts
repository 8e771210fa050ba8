import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Updates } from './updates.ts'

class FakeWorker extends EventTarget {
  state = 'installing'
  readonly told: unknown[] = []

  become(state: string): void {
    this.state = state
    this.dispatchEvent(new Event('statechange'))
  }

  postMessage(message: unknown): void {
    this.told.push(message)
  }
}

class FakeRegistration extends EventTarget {
  installing: FakeWorker | null = null
  waiting: FakeWorker | null = null
  active: FakeWorker | null = null
  update = vi.fn(async () => {})

  /** A worker whose code differs was found, and is installed. */
  install(): FakeWorker {
    const worker = new FakeWorker()
    this.installing = worker
    this.dispatchEvent(new Event('updatefound'))
    this.installing = null
    this.waiting = worker
    worker.become('installed')
    return worker
  }
}

let registration: FakeRegistration
let container: EventTarget
const reload = vi.fn()
const onReady = vi.fn()

beforeEach(() => {
  vi.useFakeTimers()
  registration = new FakeRegistration()
  container = Object.assign(new EventTarget(), { register: async () => registration })
  vi.stubGlobal('navigator', { serviceWorker: container })
  vi.stubGlobal('document', { baseURI: 'https://host.example/market/' })
  vi.stubGlobal('location', { reload })
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  reload.mockReset()
  onReady.mockReset()
})

async function started(): Promise<Updates> {
  const updates = new Updates(onReady)
  await updates.start()
  return updates
}

test("the first worker of all is this page's own version", async () => {
  const updates = await started()
  registration.install()
  expect(updates.ready).toBe(false)
  updates.take()
  expect(reload).not.toHaveBeenCalled()
})

test('a newer one waits until it is taken; only then the page loads anew, once the worker is active', async () => {
  registration.active = new FakeWorker()
  const updates = await started()
  const newer = registration.install()
  expect(updates.ready).toBe(true)
  expect(onReady).toHaveBeenCalledTimes(1)
  expect(newer.told).toEqual([])
  updates.take()
  updates.take()
  expect(newer.told).toEqual([{ type: 'SKIP_WAITING' }])
  newer.become('activating')
  expect(reload).not.toHaveBeenCalled()
  newer.become('activated')
  expect(reload).toHaveBeenCalledTimes(1)
})

test('one that waited before this page was opened is told of', async () => {
  registration.waiting = new FakeWorker()
  expect((await started()).ready).toBe(true)
})

test('one that another tab took is told of here, and taking it loads the page anew', async () => {
  registration.active = new FakeWorker()
  const updates = await started()
  container.dispatchEvent(new Event('controllerchange'))
  expect(updates.ready).toBe(true)
  expect(reload).not.toHaveBeenCalled()
  updates.take()
  expect(reload).toHaveBeenCalledTimes(1)
})

test('a tab that stays open asks every hour, also after it could not', async () => {
  registration.update.mockRejectedValueOnce(new Error('offline'))
  await started()
  await vi.advanceTimersByTimeAsync(2 * 60 * 60 * 1000)
  expect(registration.update).toHaveBeenCalledTimes(2)
})

test('a browser that has no service worker runs without', async () => {
  vi.stubGlobal('navigator', {})
  expect((await started()).ready).toBe(false)
})
