export async function emitVideo(_args: string[], _options: unknown): Promise<void> {}
