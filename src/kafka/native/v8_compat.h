#pragma once

// Looks up the functions of compat.ts. Call it first in the addon's start, before any other V8 call.
void KtV8CompatInit();
