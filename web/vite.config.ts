import react from '@vitejs/plugin-react'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

/** Writes .br and .gz beside every text file of dist, so that the server never compresses at run time. */
function precompress(): Plugin {
  let dir = 'dist'
  return {
    name: 'precompress',
    apply: 'build',
    configResolved: (c) => {
      dir = c.build.outDir
    },
    closeBundle() {
      for (const file of walk(dir)) {
        if (!/\.(js|css|html|svg|json)$/.test(file)) continue
        const body = readFileSync(file)
        if (body.length < 1024) continue
        writeFileSync(file + '.gz', gzipSync(body, { level: 9 }))
        writeFileSync(
          file + '.br',
          brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length } }),
        )
      }
    },
  }
}

function walk(dir: string): string[] {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name)
    return statSync(path).isDirectory() ? walk(path) : [path]
  })
}

/** Keeps dist/.keep, which lets Go compile before the page is built. */
function keep(): Plugin {
  return { name: 'keep', apply: 'build', generateBundle() { this.emitFile({ type: 'asset', fileName: '.keep', source: '' }) } }
}

const server = process.env.HEADWATER_URL ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react(), keep(), precompress()],
  build: { target: 'es2022', manifest: true, cssCodeSplit: true, chunkSizeWarningLimit: 900 },
  server: { proxy: { '/api': server, '/healthz': server } },
  preview: { proxy: { '/api': server, '/healthz': server } },
})
