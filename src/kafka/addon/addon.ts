/**
 * Where the addon is taken from before the package asks for it. From the sources the package finds it by itself;
 * in the binary, scripts/lib/bundle.ts puts another module in this one's place, which copies it into memory.
 */
export async function fetchAddon(): Promise<void> {}
