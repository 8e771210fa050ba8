/** Long enough for any browser to read what it saves. */
const KEPT_MS = 10_000

/** Gives the person a text as a file. */
export function download(name: string, { text, type }: { readonly text: string; readonly type: string }): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  Object.assign(document.createElement('a'), { href: url, download: name }).click()
  // The browser reads the blob after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS)
}
