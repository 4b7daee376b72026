import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'

// sources says what dist was built from, so that a test sees when it is older
// than its sources: the SHA-256 over their names and contents.
function sources() {
  const src = readdirSync('src', { recursive: true, withFileTypes: true }).filter((f) => f.isFile()).map((f) => join(f.parentPath, f.name))
  const files = ['icon.svg', 'index.html', 'package-lock.json', 'vite.config.js', ...src].sort()
  const hash = createHash('sha256')
  for (const f of files) hash.update(f + '\0').update(readFileSync(f)).update('\0')
  return hash.digest('hex') + '\n'
}

// worker shows notifications while the page sleeps.
const worker = 'src/phone/worker.js'

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
  build: {
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      // A service worker has to stand at the root, under a name that stays.
      input: { index: 'index.html', ...(existsSync(worker) && { sw: worker }) },
      output: { entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
    },
  },
})
