#!/usr/bin/env node
import { main } from './run.mjs'

process.exitCode = await main(['app/cli.ts', ...process.argv.slice(2)])
