/**
 * Builds the pages: `remix vite:build`, run in this folder. Everything else of the dashboard runs from source.
 */
import { resolve } from 'node:path'
import { vitePlugin as remix } from '@remix-run/dev'
import tailwindcss from '@tailwindcss/vite'
import { defineConfig, type Plugin } from 'vite'

declare module '@remix-run/node' {
  interface Future {
    v3_singleFetch: true
  }
}

/** Remix looks for the package.json in the root, and there is one only, a folder above. */
const repositoryRoot: Plugin = {
  name: 'repository-root',
  enforce: 'pre',
  config: () => ({ root: resolve(import.meta.dirname, '..') }),
}

export default defineConfig({
  plugins: [
    repositoryRoot,
    tailwindcss(),
    remix({
      appDirectory: resolve(import.meta.dirname, 'app'),
      buildDirectory: resolve(import.meta.dirname, 'build'),
      future: {
        v3_fetcherPersist: true,
        v3_lazyRouteDiscovery: true,
        v3_relativeSplatPath: true,
        v3_routeConfig: true,
        v3_singleFetch: true,
        v3_throwAbortReason: true,
      },
    }),
  ],
  publicDir: resolve(import.meta.dirname, 'public'),
  cacheDir: resolve(import.meta.dirname, '../node_modules/.vite'),
  build: { target: 'es2022', assetsInlineLimit: 1024, reportCompressedSize: false },
})
