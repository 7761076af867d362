import { describe, expect, test } from "bun:test";
import { KtError } from "../../src/errors.ts";

describe("the sentence", () => {
  test("is what happened, then what to do", () => {
    expect(new KtError({ code: "kafka", message: "It broke", hint: "Mend it." }).sentence).toBe("It broke. Mend it.");
    expect(new KtError({ code: "kafka", message: "It broke.", hint: "Mend it." }).sentence).toBe("It broke. Mend it.");
  });

  test("ends with one full stop where nothing can be done", () => {
    expect(new KtError({ code: "kafka", message: "It broke" }).sentence).toBe("It broke.");
    expect(new KtError({ code: "kafka", message: "Did it break?" }).sentence).toBe("Did it break?");
  });
});

test("a failure ends with 1 and need not be tried again, unless it says so", () => {
  expect(new KtError({ code: "kafka", message: "x" })).toMatchObject({ exitCode: 1, retryable: false, hint: "" });
  expect(new KtError({ code: "no_broker", message: "x", retryable: true }).retryable).toBe(true);
});

test("a wrong command line ends with 2", () => {
  expect(KtError.usage("x", "y")).toMatchObject({ code: "usage", exitCode: 2, message: "x", hint: "y" });
});

describe("any thrown thing", () => {
  test("that is kt's own error stays the same", () => {
    const error = KtError.usage("x");
    expect(KtError.from(error)).toBe(error);
  });

  test("that is not is a fault of kt, keeps its cause, and says how to see more", () => {
    const cause = new TypeError("undefined is not a function");
    const error = KtError.from(cause);
    expect(error).toMatchObject({ code: "internal", exitCode: 1, cause });
    expect(error.sentence).toBe("kt failed unexpectedly: undefined is not a function. Run it again with --debug to see where.");
    expect(KtError.from("a text").message).toContain("a text");
  });
});
