/**
 * An ABI as JSON text, typed as the ABI. k6/x/ethereum reads the text as well as the array and parses each text once a process, while an array of objects
 * would live in every VU (a contract's is some 70 kB in k6's engine).
 */
export function abiText<const A extends readonly unknown[]>(items: () => A): A {
  return JSON.stringify(items()) as unknown as A;
}
