// The two distributions that judge arrivals: Kolmogorov's, and chi-square by the regularised incomplete gamma function.

/** P(K > x) for Kolmogorov's distribution, by whichever of its two series converges fast. */
export function kolmogorovTail(x: number): number {
  if (x <= 0) return 1;
  if (x < 1.18) {
    const y = Math.exp(-(Math.PI ** 2) / (8 * x * x));
    return 1 - (Math.sqrt(2 * Math.PI) / x) * (y + y ** 9 + y ** 25 + y ** 49);
  }
  const z = Math.exp(-2 * x * x);
  return Math.max(0, 2 * (z - z ** 4 + z ** 9));
}

/** P(X <= x) for a chi-square variable of `degrees` degrees of freedom. */
export function chiSquareCdf(x: number, degrees: number): number {
  return x <= 0 ? 0 : lowerGamma(degrees / 2, x / 2);
}

/** ln(Gamma(a)) for a > 0: Stirling's series after shifting a above 10, good to 1e-14. */
function lnGamma(a: number): number {
  let shift = 0;
  let z = a;
  for (; z < 10; z++) shift -= Math.log(z);
  const z2 = z * z;
  const series = (1 / 12 - (1 / 360 - (1 / 1_260 - (1 / 1_680 - 1 / (1_188 * z2)) / z2) / z2) / z2) / z;
  return shift + (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + series;
}

/** P(a, x), the regularised lower incomplete gamma function: its power series left of the mean, Lentz's continued fraction right of it. */
function lowerGamma(a: number, x: number): number {
  const scale = Math.exp(a * Math.log(x) - x - lnGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; term > sum * 1e-15; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return sum * scale;
  }
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < 100_000; n++) {
    const an = -n * (n - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return 1 - scale * fraction;
}
