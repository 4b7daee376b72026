import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'

// sources says what dist was built from, so that a test sees when it is older
// than its sources: the SHA-256 over their names and contents.
function sources() {
  const files = ['index.html', 'package-lock.json', 'vite.config.js', ...readdirSync('src').sort().map((f) => join('src', f))]
  const hash = createHash('sha256')
  for (const f of files) hash.update(f + '\0').update(readFileSync(f)).update('\0')
  return hash.digest('hex') + '\n'
}

export default defineConfig({
  plugins: [
    svelte(),
    {
      name: 'sources',
      generateBundle() {
        this.emitFile({ type: 'asset', fileName: 'sources.sha256', source: sources() })
      },
    },
  ],
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false } },
})
