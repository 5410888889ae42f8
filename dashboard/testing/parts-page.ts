/**
 * The page of components (`parts/`): put together when it is first asked for, and served by the door of the stories alone. It
 * is no route of the dashboard and no file of its build; from there it has the style sheets and the letters.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, type Plugin } from 'vite'

export const PARTS_PATH = '/components'
const folder = join(import.meta.dirname, 'parts')

/** Style sheets are taken from the dashboard's build; what points to one in the program points to nothing. */
const noAddresses: Plugin = {
  name: 'no-addresses',
  enforce: 'pre',
  resolveId: (id) => (id.endsWith('?url') ? `\0${id}` : null),
  load: (id) => (id.startsWith('\0') && id.endsWith('?url') ? 'export default ""' : null),
}

async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    root: folder,
    logLevel: 'error',
    plugins: [noAddresses],
    esbuild: { jsx: 'automatic' },
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      rollupOptions: { input: join(folder, 'parts-page.tsx'), output: { inlineDynamicImports: true } },
    },
  })
  const [output] = Array.isArray(built) ? built : [built]
  if (!output || !('output' in output)) throw new Error('the page of components was not built')
  return output.output[0].code
}

let bundled: Promise<string> | undefined

export interface PartsAnswer {
  readonly type: string
  readonly body: string
}

/**
 * @param url what was asked for, path and search
 * @param accepted languages that the browser asks for
 * @param home address of the dashboard whose style sheets are used
 * @returns null: none of the page's addresses
 */
export async function answerParts(url: string, accepted: string, home: string): Promise<PartsAnswer | null> {
  const { pathname, searchParams } = new URL(url, 'http://x')
  if (pathname === `${PARTS_PATH}/page.js`) {
    bundled ??= bundle()
    return { type: 'text/javascript', body: await bundled }
  }
  if (pathname === `${PARTS_PATH}/parts.css`)
    return { type: 'text/css', body: readFileSync(join(folder, 'parts.css'), 'utf8') }
  if (pathname !== PARTS_PATH) return null
  const language = (searchParams.get('lang') ?? accepted).startsWith('en') ? 'en' : 'ko'
  const asked = searchParams.get('theme')
  const theme = asked === 'dark' || asked === 'light' ? asked : 'system'
  const page = await (await fetch(home)).text()
  const sheets = page.match(/<link [^>]*(?:rel="stylesheet"|as="font")[^>]*>/g) ?? []
  return {
    type: 'text/html',
    body: `<!doctype html>
<html lang="${language}" data-theme="${theme}" style="--chat-size:15px">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark light">
<title>JAVAS</title>
${sheets.join('\n')}
<link rel="stylesheet" href="${PARTS_PATH}/parts.css">
<link rel="icon" href="/favicon.svg">
</head>
<body><div id="parts"></div><script type="module" src="${PARTS_PATH}/page.js"></script></body>
</html>`,
  }
}
