import { after } from 'node:test'
import { archiveContract } from './archive.contract.ts'
import { mongoServer } from './testing/mongo-server.ts'

const server = await mongoServer()
after(() => server.stop())

archiveContract('MongoArchive', (now) => server.openArchive({ now }))
