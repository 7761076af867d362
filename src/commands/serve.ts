export async function serve(_args: string[], _options: unknown): Promise<void> {}
