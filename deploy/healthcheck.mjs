// Health check of a container: 0 while the role in it answers 200 on /healthz (or another path), 1 otherwise with the reason.
//
//     node deploy/healthcheck.mjs [/readyz]
const path = process.argv[2] ?? '/healthz'
try {
  const answer = await fetch(`http://127.0.0.1:${process.env.JAVAS_METRICS_PORT || 9464}${path}`, {
    signal: AbortSignal.timeout(4_000),
  })
  console.log((await answer.text()).slice(0, 2_000))
  process.exitCode = answer.ok ? 0 : 1
} catch (cause) {
  console.log(`${path}: ${cause.cause?.code ?? cause.message}`)
  process.exitCode = 1
}
