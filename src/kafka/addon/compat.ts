/**
 * The JavaScript half of v8_compat.cc and v8_persistent.cc: what only the engine itself can answer. It
 * must be evaluated before the addon is loaded; the addon looks each function up once, at its start.
 */
import { ptr } from "bun:ffi";

/** What the addon's persistent handles refer to, each at its own index. */
const held: unknown[] = [];
const free: number[] = [];

/** Tells the addon that the value of a weak handle is gone. */
const collections = new FinalizationRegistry<number>((weakId) => v8Compat.collected?.(weakId));

const v8Compat = {
  toObject: Object,
  toBoolean: Boolean,
  toInteger: (value: unknown) => Math.trunc(Number(value)) || 0,
  toInt32: (value: unknown) => Number(value) | 0,
  isRegExp: (value: unknown) => value instanceof RegExp,
  regExpSource: (value: RegExp) => value.source,
  keys: (value: object) => Object.keys(value),
  has: (value: object, key: PropertyKey) => Reflect.has(value, key),
  address: (bytes: Uint8Array) => (bytes.byteLength === 0 ? 0 : ptr(bytes)),
  byteLength: (bytes: Uint8Array) => bytes.byteLength,
  allocate: (size: number) => Buffer.allocUnsafeSlow(size),
  hold(value: unknown): number {
    const index = free.pop() ?? held.length;
    held[index] = value;
    return index;
  },
  release(index: number): void {
    held[index] = undefined;
    free.push(index);
  },
  watch: (value: object, weakId: number) => collections.register(value, weakId),
  /** Set by the addon. */
  collected: undefined as ((weakId: number) => void) | undefined,
};

Object.assign(globalThis, { __ktV8Compat: v8Compat });
