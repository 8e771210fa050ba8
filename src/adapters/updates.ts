/**
 * The service worker, which keeps the app on this device, and newer versions of the app.
 *
 * Invariants
 * 1. A newer version takes over when a person says so in one of the tabs, or when no tab of the old one is left; never by itself.
 * 2. Only the tab in which it was said loads anew: the others are told that their version is old.
 */

/** A tab may stay open for days: so often it asks whether there is a newer version. */
const LOOK_MS = 60 * 60 * 1000

export class Updates {
  readonly #onReady: () => void
  #registration: ServiceWorkerRegistration | null = null
  #ready = false
  #taken = false

  /** `onReady` is called when a newer version is here and waits, once. */
  constructor(onReady: () => void) {
    this.#onReady = onReady
  }

  /** A newer version is here, or has already taken over in another tab. */
  get ready(): boolean {
    return this.#ready
  }

  /** Keeps the app on this device and looks for newer versions from now on. Where the browser does not let it, the app runs without. */
  async start(): Promise<void> {
    try {
      const { serviceWorker } = navigator
      // The first worker of all takes no page over: a change is always to a newer one.
      serviceWorker.addEventListener('controllerchange', () => this.#found())
      const registration = await serviceWorker.register(new URL('./sw.js', document.baseURI), { updateViaCache: 'none' })
      this.#registration = registration
      this.#watch(registration)
    } catch {
      // A private window, or storage that is blocked.
    }
  }

  /** Takes the newer version; the page loads anew. Without one nothing happens. */
  take(): void {
    if (!this.#ready || this.#taken) return
    this.#taken = true
    const waiting = this.#registration?.waiting ?? null
    if (waiting === null) return location.reload()
    waiting.addEventListener('statechange', () => {
      if (waiting.state === 'activated') location.reload()
    })
    waiting.postMessage({ type: 'SKIP_WAITING' })
  }

  #watch(registration: ServiceWorkerRegistration): void {
    if (registration.waiting !== null) this.#found()
    registration.addEventListener('updatefound', () => {
      const { installing, active } = registration
      // With none before it, it is the version of this page.
      if (active === null) return
      installing?.addEventListener('statechange', () => {
        if (installing.state === 'installed') this.#found()
      })
    })
    // Offline it fails, and is tried again in its time.
    setInterval(() => registration.update().catch(() => {}), LOOK_MS)
  }

  #found(): void {
    if (this.#ready) return
    this.#ready = true
    this.#onReady()
  }
}
