// k6/x/process: the load generator's own memory and CPU, the shared breaker, and small files.
import { setTimeout } from "k6/timers";
import { pgpEncrypt } from "k6/x/encryption";
import { CircuitBreaker, endWindow, readTextFile, sample, startWindow, usage } from "k6/x/process";
import { equal, ok, suite, throws } from "./support/suite.ts";

const tests = suite(
  {
    "knows its memory, CPU and age": () => {
      const { memory, memoryPeak, cpuSeconds, seconds } = usage();
      ok(memory > 10e6 && memory < 2e9, `${memory} bytes are plausible`);
      ok(memoryPeak >= memory * 0.9, "the peak is not below what is used");
      ok(cpuSeconds > 0 && seconds > 0, "time passes");
    },
    "counts CPU in its window, and password hashing apart": () => {
      startWindow();
      const before = usage();
      for (let i = 0; i < 5; i++) pgpEncrypt("data", `password ${i}`);
      const after = usage();
      const [cpu, kdf] = [after.cpuSeconds - before.cpuSeconds, after.kdfSeconds - before.kdfSeconds];
      ok(kdf > 0.005, `${kdf} s of hashing for five passwords`);
      ok(cpu > 0.8 * kdf, `${cpu} s of CPU hold ${kdf} s of hashing`);
    },
    "ends its window where it is told": async () => {
      endWindow();
      const { seconds } = usage();
      await new Promise<void>((resolve) => setTimeout(resolve, 200));
      equal(usage().seconds, seconds);
    },
    "emits its gauges": () => sample(),
    "a breaker opens once, at the failure that reaches the limit": () => {
      const breaker = new CircuitBreaker({ name: "limit", limit: 3 });
      equal([breaker.failure(), breaker.failure()], [false, false]);
      equal([breaker.open, breaker.consecutive], [false, 2]);
      equal([breaker.failure(), breaker.failure()], [true, false]);
      equal([breaker.open, breaker.consecutive], [true, 4]);
    },
    "a success starts the count again": () => {
      const breaker = new CircuitBreaker({ name: "success", limit: 2 });
      equal(breaker.failure(), false);
      breaker.success();
      equal([breaker.consecutive, breaker.failure(), breaker.failure()], [0, false, true]);
    },
    "breakers of one name are one": () => {
      new CircuitBreaker({ name: "shared", limit: 2 }).failure();
      equal(new CircuitBreaker({ name: "shared", limit: 2 }).failure(), true);
    },
    "reads a text file, and says what is wrong with one it cannot": () => {
      equal(readTextFile(__ENV.TEXT_FILE ?? ""), "hello\n");
      throws(() => readTextFile("/no/such/file"), /\/no\/such\/file/);
    },
  },
  {
    process_memory_bytes: ["value>10000000"],
    process_memory_peak_bytes: ["value>10000000"],
    process_cpu_percent: ["value>0"],
    process_cpu_without_kdf_percent: ["value>=0"],
  },
);

export const options = tests.options;
export default tests.run;
