/**
 * Quantile of Student's t distribution for whole degrees of freedom, as in every straight line here.
 *
 * The distribution is a finite sum then (Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4), in
 * the angle θ = arctan(t/√ν); the quantile is found by halving [0, π/2], to the last bit that a double has.
 *
 * @param probability from 0.5 up to, but not including, 1
 * @param degrees whole, at least 1
 * @throws {RangeError} for anything else: a verdict must not be built on it.
 */
export function tQuantile(probability: number, degrees: number): number {
  if (!(probability >= 0.5 && probability < 1)) throw new RangeError(`no t quantile for probability ${probability}`);
  if (!Number.isInteger(degrees) || degrees < 1)
    throw new RangeError(`no t quantile for ${degrees} degrees of freedom`);
  const central = 2 * probability - 1;
  let low = 0;
  let high = Math.PI / 2;
  for (let middle = high / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (centralProbability(middle, degrees) < central) low = middle;
    else high = middle;
  }
  return Math.sqrt(degrees) * Math.tan(low);
}

/** P(|T| < √ν tan θ). */
function centralProbability(theta: number, degrees: number): number {
  const odd = degrees % 2 === 1;
  const cosine = Math.cos(theta);
  let term = odd ? cosine : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let power = odd ? 3 : 2; power <= degrees - 2; power += 2) {
    term *= ((power - 1) / power) * cosine ** 2;
    sum += term;
  }
  const series = Math.sin(theta) * sum;
  return odd ? (2 / Math.PI) * (theta + series) : series;
}
