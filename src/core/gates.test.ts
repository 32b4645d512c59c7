import { describe, expect, it } from "vitest";
import { compileExpression, compileGates, type GateFile, parseGateFile, pickGates, requireGates } from "./gates.ts";

const whole = { planned: 1_812, seconds: 600, instances: 1 };
const half = { ...whole, instances: 2 };

describe("compileExpression", () => {
  it.each([
    ["rate>=0.85", "rate>=0.85"],
    ["p(95)<=45000", "p(95)<=45000"],
    ["p(99.9) < 1e3", "p(99.9)<1000"],
    ["  count == 0 ", "count==0"],
    ["value<1e9", "value<1000000000"],
    ["avg<2*1000", "avg<2000"],
    ["count===3", "count===3"],
    ["count!=3", "count!=3"],
    ["min>-1", "min>-1"],
    ["med<10", "med<10"],
    ["max<=10", "max<=10"],
  ])("%s has no token and is k6's own: %s", (expression, compiled) => {
    expect(compileExpression(expression, whole)).toBe(compiled);
    // A plain number is about each process, so it is not divided.
    expect(compileExpression(expression, half)).toBe(compiled);
  });

  it.each([
    ["count>=planned", "count>=1812"],
    ["count == planned", "count==1812"],
    ["count>=0.83*planned", "count>=1503"], // 1,503.96: a user is whole
    ["count>=2.5*seconds", "count>=1500"],
    ["count<=0.02 * planned", "count<=37"], // 36.24 rounded up: a limit must not be tighter than written
    ["count<0.5*planned*2", "count<1812"],
    ["value<1.667*rate", "value<5.03434"], // 3.02 users/s
    ["p(95)<100*rate", "p(95)<302"],
    ["count>=rate*seconds", "count>=1812"],
  ])("%s over one process is %s", (expression, compiled) =>
    expect(compileExpression(expression, whole)).toBe(compiled),
  );

  it.each([
    ["count>=planned", "count>=906"],
    ["count>=0.83*planned", "count>=751"], // 751.98
    ["count<=0.02*planned", "count<=19"], // 18.12
    ["value<1.667*rate", "value<2.51717"],
    ["count>=2.5*seconds", "count>=750"],
  ])("%s over two processes is %s in each", (expression, compiled) =>
    expect(compileExpression(expression, half)).toBe(compiled),
  );

  it("gives every instance a bound that its own share can keep, where k6 cannot make them equal", () => {
    // k6 stripes 1,812 arrivals of 50 VUs over three instances as 616, 616 and 580.
    const thirds = { ...whole, instances: 3, least: 580, most: 616 };
    expect(compileExpression("count>=planned", thirds)).toBe("count>=580");
    expect(compileExpression("count>=0.99*planned", thirds)).toBe("count>=574");
    expect(compileExpression("count>=2.5*seconds", thirds)).toBe("count>=480");
    expect(compileExpression("count<=0.02*planned", thirds)).toBe("count<=13");
    expect(compileExpression("value<1.667*rate", thirds)).toBe("value<1.71145");
    expect(compileExpression("count==planned", thirds)).toBe("count==604");
  });

  it("takes a rate of 1 where users do not arrive by rate", () => {
    expect(compileExpression("value<5*rate", { planned: 10, seconds: 0, instances: 1 })).toBe("value<5");
  });

  it.each(["", "count", "count>", ">=3", "p95<3", "p(95)=<3", "p()<3", "rate=1", "sum>3"])(
    "refuses %j, and says how to write one",
    (expression) =>
      expect(() => compileExpression(expression, whole)).toThrow(
        `"${expression}" is not a gate: write an aggregate, an operator and a number, such as p(95)<=45000 or count>=0.83*planned`,
      ),
  );

  it.each([
    ["count>=plannned", '"plannned" is neither a number nor one of planned, seconds, rate'],
    ["count>=3 && count<4", '"3 && count<4" is neither a number'],
    ["count>=2*", '"" is neither a number'],
    ["count>=planned/2", '"planned/2" is neither a number'],
    ["count>=0x10", '"0x10" is neither a number'],
    ["rate>=85%", '"85%" is neither a number'],
  ])("refuses %s", (expression, message) => expect(() => compileExpression(expression, whole)).toThrow(message));
});

describe("pickGates", () => {
  const file: GateFile = {
    $origin: ["a note"],
    default: { $why: ["a note"], unfinished: ["count==0"] },
    streaming: { success: ["rate>=0.85"], unfinished: ["count==0"] },
    demo: { success: ["rate>=0.5"] },
    sandbox: { success: ["rate>=0.99"] },
    "sandbox:streaming": { duration: ["p(95)<5000"] },
    moksha: { duration: ["p(95)<90000"] },
  };

  it("adds the profile's, the target's and the target's own of the profile to the default", () => {
    expect(pickGates(file, "streaming", "sandbox")).toEqual({
      unfinished: ["count==0"],
      success: ["rate>=0.85", "rate>=0.99"],
      duration: ["p(95)<5000"],
    });
    expect(pickGates(file, "streaming", "moksha")).toEqual({
      unfinished: ["count==0"],
      success: ["rate>=0.85"],
      duration: ["p(95)<90000"],
    });
    expect(pickGates(file, "small", "elsewhere")).toEqual({ unfinished: ["count==0"] });
    expect(pickGates({}, "streaming", "sandbox")).toEqual({});
  });

  it("does not take a note for gates", () => {
    expect(pickGates(file, "$origin", "$origin")).toEqual({ unfinished: ["count==0"] });
  });

  it("leaves the file as it was", () => {
    const before = JSON.stringify(file);
    pickGates(file, "streaming", "sandbox");
    expect(JSON.stringify(file)).toBe(before);
  });
});

describe("compileGates", () => {
  const known = ["streaming_users", "streaming_success", "dropped_iterations"];

  it("compiles every expression of every metric, tagged ones too", () => {
    const gates = {
      streaming_users: ["count>=0.83*planned", "count>0"],
      "dropped_iterations{scenario:user}": ["count==0"],
    };
    expect(compileGates(gates, half, known)).toEqual({
      streaming_users: ["count>=751", "count>0"],
      "dropped_iterations{scenario:user}": ["count==0"],
    });
  });

  it("names every problem at once, with the metric that was probably meant", () => {
    const gates = {
      streaming_succes: ["rate>=0.85"],
      streaming_users: ["count>=plan", "many"],
      "nothing{step:submit}": ["count==0"],
    };
    expect(() => compileGates(gates, whole, known)).toThrow(
      [
        "the gates cannot be judged:",
        "  streaming_succes: no such metric; did you mean streaming_success?",
        '  streaming_users: "plan" is neither a number nor one of planned, seconds, rate',
        '  streaming_users: "many" is not a gate: write an aggregate, an operator and a number, such as p(95)<=45000 or count>=0.83*planned',
        "  nothing{step:submit}: no such metric",
      ].join("\n"),
    );
  });
});

describe("parseGateFile", () => {
  it("reads a file as it is", () => {
    const file = { $note: 1, default: { users: ["count>0"], $why: "text" } };
    expect(parseGateFile(JSON.stringify(file), "gates.json")).toEqual(file);
    expect(parseGateFile("{}", "gates.json")).toEqual({});
  });

  it.each([
    ["{", /^THRESHOLDS=gates\.json is not JSON: /],
    ["", /^THRESHOLDS=gates\.json is not JSON: /],
    ["[]", /^THRESHOLDS=gates\.json must hold an object: profile -> metric -> expressions$/],
    ["null", /must hold an object/],
    ['"rate>=0.85"', /must hold an object/],
    ['{"demo": ["rate>=0.85"]}', /^THRESHOLDS=gates\.json: "demo" must map metrics to lists of expressions$/],
    ['{"demo": null}', /"demo" must map metrics/],
    ['{"demo": {"users": "count>0"}}', /"demo" must map metrics/],
    ['{"default": {"users": ["count>0"]}, "demo": {"users": [1]}}', /"demo" must map metrics/],
  ])("refuses %s", (text, message) => expect(() => parseGateFile(text, "gates.json")).toThrow(message));
});

describe("requireGates", () => {
  const scenario = { name: "mint", profiles: { demo: {}, soak: {} }, targets: { sandbox: {}, devnet: {} } };
  const good = { mint_succeeded: ["count>=0.99*planned"] };
  const refusal = (file: GateFile, profile = "demo", target = "sandbox") => {
    try {
      requireGates(scenario, file, pickGates(file, profile, target), "THRESHOLDS=g.json");
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  };

  it.each<[string, GateFile]>([
    ["default", { default: good }],
    ["the profile", { demo: good, $note: "x" }],
    ["the target", { sandbox: good }],
    ["the profile at the target", { default: { mint_lost: ["count==0"] }, "sandbox:demo": good }],
    ["a rate", { default: { mint_success: ["rate>0.9"] } }],
    ["more than none", { default: { mint_succeeded: ["count > 0"] } }],
    ["an exact number", { default: { mint_succeeded: ["count==planned"] } }],
  ])("takes a judge of success in %s", (_, file) => expect(refusal(file)).toBe(""));

  it.each<[string, GateFile, string]>([
    ["no gates", {}, "nothing says how many users must succeed"],
    ["those of another profile only", { soak: good }, "nothing says how many"],
    [
      "an upper limit of success",
      { default: { mint_success: ["rate<=1"], mint_succeeded: ["count<9", "count!=7"] } },
      "nothing says how many",
    ],
    [
      "at least none",
      { default: { mint_success: ["rate>=0", "rate>-1"], mint_succeeded: ["count>= 0.0", "count==0"] } },
      "nothing says how many",
    ],
    ["empty lists", { default: { mint_succeeded: [], mint_success: [] } }, '"default": mint_success has no expression'],
    [
      "a misspelt profile",
      { default: good, dmeo: { mint_lost: ["count==0"] } },
      '"dmeo" is no profile or target of mint; did you mean demo?',
    ],
    ["a misspelt target", { default: good, "sandbx:demo": good }, '"sandbx:demo" is no profile or target'],
  ])("refuses %s", (_, file, why) => {
    expect(refusal(file)).toContain("THRESHOLDS=g.json cannot judge this run:\n");
    expect(refusal(file)).toContain(why);
  });
});
