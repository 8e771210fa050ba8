// Part of the build: compressed copies beside the files under assets/, for hosts that send what lies there (scripts/server.mjs; nginx: gzip_static).
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'

/** @type {readonly [string, (content: string | Uint8Array) => Promise<Uint8Array>][]} */
const ENCODINGS = [
  ['br', promisify(brotliCompress)],
  ['gz', promisify(gzip)],
]

/**
 * Only names with a hash of the content: a copy can never be older than its file.
 * @returns {import('vite').Plugin}
 */
export function compress() {
  return {
    name: 'peermart-compress',
    apply: 'build',
    async writeBundle({ dir = '' }, bundle) {
      const files = Object.values(bundle).filter(({ fileName }) => /^assets\/.*\.(js|css)$/.test(fileName))
      const copies = files.flatMap((file) => {
        const content = file.type === 'chunk' ? file.code : file.source
        return ENCODINGS.map(async ([extension, encode]) => writeFile(join(dir, `${file.fileName}.${extension}`), await encode(content)))
      })
      await Promise.all(copies)
    },
  }
}
