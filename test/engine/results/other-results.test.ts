import { describe, expect, test } from "vitest";
import { ConstantResult, DateTimeSerializer, JsonResult, JSONSerializer, LocalResult, Result, SecretResult, V8Serializer } from "../../../engine/index.ts";

const WITHOUT_STORE = expect.objectContaining({ code: "RESULT_WITHOUT_STORE" }) as Error;

describe("Result", () => {
  test("is a description: format, copy, at and fromValue make others, and IO throws", async () => {
    const result = new Result({ location: "{x}.bin", serializer: new JSONSerializer() });
    expect([result.format({ x: 1 }).location, result.copy(), result.at("y").location, result.location]).toEqual(["1.bin", result, "y", "{x}.bin"]);
    const filled = result.fromValue(3);
    expect([filled.value, filled.location, filled.serializer]).toEqual([3, null, result.serializer]);
    await expect(result.read("x")).rejects.toThrow('<Result: "{x}.bin"> can not read values: it is a description without a place of its own.');
    await expect(result.write(1)).rejects.toThrow(WITHOUT_STORE);
    await expect(result.exists("x")).rejects.toThrow(WITHOUT_STORE);
  });

  test("formats the default location, by day, where there is none", () => {
    expect(new Result().format().location).toMatch(/^\d{4}\/\d{1,2}\/\d{1,2}\/[0-9a-f-]{36}\.flowlet_result$/);
    expect(() => new Result({ location: "{y}" }).format({})).toThrow('names "y", which is not known');
  });

  test("a class of one's own keeps its fields in copies and says its name", async () => {
    const bucket = new Map<string, unknown>();
    class BucketResult extends Result {
      readonly bucket: string;
      constructor(name: string) { super({ location: "{x}" }); this.bucket = name; }
      override async write(value: unknown, values = {}) { const made = this.format(values); bucket.set(made.location as string, value); return this.changed({ value, location: made.location }); }
      override async read(location: string) { return this.changed({ location, value: bucket.get(location) }); }
    }
    const written = await new BucketResult("b").write(5, { x: "key" });
    expect([written.bucket, written.location, written.kind, String(written)]).toEqual(["b", "key", "BucketResult", '<BucketResult: "key">']);
    expect((await written.read("key")).value).toBe(5);
  });
});

test("a ConstantResult always has its value and is not written", async () => {
  const result = new ConstantResult([1]);
  expect([(await result.read()).value, await result.exists(), result.isNeverWritten]).toEqual([[1], true, true]);
  await expect(result.write()).rejects.toThrow(WITHOUT_STORE);
});

describe("JsonResult", () => {
  test("its location is the value", async () => {
    const written = await new JsonResult().write({ a: [1, null] });
    expect(written.location).toBe('{"a":[1,null]}');
    expect((await new JsonResult().read('{"a":[1,null]}')).value).toEqual({ a: [1, null] });
    expect([await written.exists("[]"), await written.exists("[")]).toEqual([true, false]);
  });

  test("holds what JSON can hold, or a date", async () => {
    await expect(new JsonResult().write(new Map())).rejects.toThrow("JSONSerializer can not keep the value: it is an object of class Map");
    const date = new JsonResult({ serializer: new DateTimeSerializer() });
    expect((await date.read((await date.write(new Date(0))).location as string)).value).toEqual(new Date(0));
    expect(() => new JsonResult({ serializer: new V8Serializer() })).toThrow("JsonResult: the option serializer must be a JSONSerializer or a DateTimeSerializer");
    await expect(new JsonResult().read("{")).rejects.toThrow("they are no JSON");
  });
});

test("a SecretResult asks again, and writes nothing", async () => {
  let asked = 0;
  const result = new SecretResult(async () => `secret ${++asked}`);
  expect([(await result.read()).value, (await result.read()).value, result.value, await result.exists()]).toEqual(["secret 1", "secret 2", undefined, true]);
  await expect(result.write()).rejects.toThrow("can not write a secret");
  await expect(new SecretResult(null).read()).rejects.toThrow("can not read a secret of another process");
});

test("what a result looks like when it is printed", () => {
  expect([String(new LocalResult()), String(new LocalResult({ location: () => "x" }))]).toEqual(["<LocalResult>", "<LocalResult: a function>"]);
});
