/** Sleep: while a gate is closed nothing reaches the peer behind it, and when it opens all comes at once, in order. */

import type { World } from '../peer/driver.ts'
import type { Channel, Links, LinksListener, Rendezvous, RendezvousListener, Signer, Store, Ticker } from '../peer/world.ts'

export class Gate {
  #closed = false
  #gone = false
  #waiting: (() => void)[] = []

  get isClosed(): boolean {
    return this.#closed
  }

  close(): void {
    this.#closed = true
  }

  /** Everything that waited happens now. */
  open(): void {
    this.#closed = false
    while (!this.#closed && this.#waiting.length > 0) {
      const waiting = this.#waiting
      this.#waiting = []
      for (const run of waiting) this.pass(run)
    }
  }

  /** The peer is no more: nothing passes again. */
  end(): void {
    this.#gone = true
    this.#waiting = []
  }

  pass(run: () => void): void {
    if (this.#gone) return
    if (this.#closed) this.#waiting.push(run)
    else run()
  }
}

/** The same world, with every callback through the gate. */
export function gated(world: World, gate: Gate): World {
  const { links, rendezvous, signer, store, ticker } = world
  return {
    links: gatedLinks(links, gate),
    rendezvous: gatedRendezvous(rendezvous, gate),
    store: gatedStore(store, gate),
    signer: gatedSigner(signer, gate),
    ticker: gatedTicker(ticker, gate),
  }
}

function gatedLinks(links: Links, gate: Gate): Links {
  return {
    listen: (listener: LinksListener) =>
      links.listen({
        onSignal: (signal) => gate.pass(() => listener.onSignal(signal)),
        onLinkUp: (link) => gate.pass(() => listener.onLinkUp(link)),
        onLinkDown: (peer, reason) => gate.pass(() => listener.onLinkDown(peer, reason)),
        onConnectFailed: (peer, reason) => gate.pass(() => listener.onConnectFailed(peer, reason)),
        onMessage: (from, message) => gate.pass(() => listener.onMessage(from, message)),
      }),
    connect: (peer, purpose) => links.connect(peer, purpose),
    signal: (signal) => links.signal(signal),
    refuse: (signal, reason) => links.refuse(signal, reason),
    accept: (channel: Channel, initiator) => links.accept(channel, initiator),
    send: (to, message) => links.send(to, message),
    disconnect: (peer, reason) => links.disconnect(peer, reason),
    ban: (peer, reason) => links.ban(peer, reason),
    close: () => links.close(),
  }
}

function gatedRendezvous(rendezvous: Rendezvous, gate: Gate): Rendezvous {
  return {
    listen: (listener: RendezvousListener) =>
      rendezvous.listen({
        onChannel: (channel, initiator) => gate.pass(() => listener.onChannel(channel, initiator)),
        onSought: (result) => gate.pass(() => listener.onSought(result)),
      }),
    setMode: (mode, cached) => rendezvous.setMode(mode, cached),
    close: () => rendezvous.close(),
  }
}

function gatedStore(store: Store, gate: Gate): Store {
  return {
    load: (done) => store.load((records, problem) => gate.pass(() => done(records, problem))),
    commit: (writes, done) => store.commit(writes, (ok, reason) => gate.pass(() => done(ok, reason))),
    close: () => store.close(),
  }
}

function gatedSigner(signer: Signer, gate: Gate): Signer {
  return {
    sign: (bytes, done) => signer.sign(bytes, (signature) => gate.pass(() => done(signature))),
    verify: (parts, done) => signer.verify(parts, (valid) => gate.pass(() => done(valid))),
  }
}

function gatedTicker(ticker: Ticker, gate: Gate): Ticker {
  return {
    nowMs: () => ticker.nowMs(),
    set: (atMs) => ticker.set(atMs),
    listen: (listener) => ticker.listen(() => gate.pass(listener)),
    close: () => ticker.close(),
  }
}
