/** A double-precision Black-76, written apart from the integer one, for tests and the bench only. */

/** N(x): series Abramowitz & Stegun 26.2.11 near zero, Laplace's continued fraction (26.2.14) in the tails. */
function normalCdf(x: number): number {
  if (x > 0) return 1 - normalCdf(-x);
  const size = -x;
  const density = Math.exp((-size * size) / 2) / Math.sqrt(2 * Math.PI);
  if (size > 3.5) return tailFraction(size, density);
  let term = size;
  let sum = size;
  for (let odd = 3; term > 1e-18 * sum && odd < 400; odd += 2) {
    term *= (size * size) / odd;
    sum += term;
  }
  return 0.5 - density * sum;
}

function tailFraction(size: number, density: number): number {
  let denominator = size;
  for (let k = 160; k >= 1; k -= 1) denominator = size + k / denominator;
  return density / denominator;
}

/** Undiscounted value; `stdDev` is volatility times the square root of time, positive. */
export function black76(kind: 'call' | 'put', forward: number, strike: number, stdDev: number): number {
  const d1 = Math.log(forward / strike) / stdDev + stdDev / 2;
  const d2 = d1 - stdDev;
  return kind === 'call'
    ? forward * normalCdf(d1) - strike * normalCdf(d2)
    : strike * normalCdf(-d2) - forward * normalCdf(-d1);
}
