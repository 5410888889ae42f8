export declare const nodeFlags: readonly string[]
export declare function nodeEnvironment(root: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv
