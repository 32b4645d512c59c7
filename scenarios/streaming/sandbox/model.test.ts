import { describe, expect, it } from "vitest";
import { answer, askedFields, buildPrompt, PROMPT_LIMIT } from "./model.ts";

const data = JSON.stringify({
  verification_code: "7f-ü\n",
  name: "Ada",
  score: -1.5,
  tags: ["x"],
  nested: { deep: true },
});

describe("the model", () => {
  it("quotes the fields it is asked for, from the data", () => {
    const prompt = buildPrompt('Say "verification_code", "score", "deep" and "absent". Data: {{data}}', [data]);
    expect(JSON.parse(answer(prompt, { json: true }))).toEqual({
      verification_code: "7f-ü\n",
      score: -1.5,
      deep: true,
      summary: expect.stringContaining("3 of the fields"),
    });
    expect(answer(prompt)).toContain('"verification_code": "7f-ü\\n"');
  });

  it("cannot answer what only the question holds, or what nobody asked", () => {
    const prompt = buildPrompt('Is "name": "Grace"? {{data}}', ["{}"]);
    expect(answer(prompt, { json: true })).not.toContain("Grace");
    expect(answer(buildPrompt("Summarise. {{data}}", [data]))).not.toContain("7f");
  });

  it("gets the data appended when the template has no place for it", () => {
    expect(answer(buildPrompt('What is "name"?', [data]), { json: true })).toContain("Ada");
  });

  it("reads all files", () => {
    expect(answer(buildPrompt('"b"', ['{"a":1}', '{"b":2}']), { json: true })).toContain('"b":2');
  });

  it("sees no more than the limit, and still finds what comes before it", () => {
    const large = `{"first":"here","filler":"${"x".repeat(PROMPT_LIMIT)}","last":"gone"}`;
    const prompt = buildPrompt('"first" "last" {{data}}', [large]);
    expect(prompt.question.length + prompt.data.length).toBe(PROMPT_LIMIT);
    const said = JSON.parse(answer(prompt, { json: true }));
    expect([said.first, said.last]).toEqual(["here", undefined]);
    expect(buildPrompt("y".repeat(PROMPT_LIMIT), [data]).data).toBe("");
  });

  it("invents when told to", () => {
    const prompt = buildPrompt('"name" {{data}}', [data]);
    expect(JSON.parse(answer(prompt, { json: true, invent: () => "Bob" }))).toMatchObject({ name: "Bob" });
  });

  it("asks for each quoted name once", () => {
    expect(askedFields('"a", "b" and "a" again; "" is none')).toEqual(["a", "b"]);
  });
});
