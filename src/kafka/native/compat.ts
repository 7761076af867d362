/**
 * The JavaScript half of v8_compat.cc: the few V8 calls that Bun does not export and that only the
 * engine itself can answer. It must be evaluated before the addon is loaded; the addon looks each
 * function up once, at its own start.
 */
import { ptr } from "bun:ffi";

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
};

Object.assign(globalThis, { __ktV8Compat: v8Compat });
