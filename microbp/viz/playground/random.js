// Python's random.Random: the same seed gives the same numbers as in the library.
// Matsumoto & Nishimura (1998), Mersenne Twister; seeded by the words of a whole number.
const N = 624, M = 397;

export class Random {
  constructor(seed) {
    this.words = new Uint32Array(N);
    this.at = N;
    this.spare = null; // the second number of a pair of normal ones
    const size = Math.abs(seed), key = size < 2 ** 32 ? [size] : [size >>> 0, Math.floor(size / 2 ** 32)];
    this.fill(19650218);
    const mt = this.words;
    let i = 1, j = 0;
    const advance = () => { if (++i === N) { mt[0] = mt[N - 1]; i = 1; } };
    const mixed = (factor) => mt[i] ^ Math.imul(mt[i - 1] ^ (mt[i - 1] >>> 30), factor);
    for (let k = Math.max(N, key.length); k; k--) {
      mt[i] = mixed(1664525) + key[j] + j;
      advance();
      j = (j + 1) % key.length;
    }
    for (let k = N - 1; k; k--) {
      mt[i] = mixed(1566083941) - i;
      advance();
    }
    mt[0] = 0x80000000;
  }

  fill(seed) {
    const mt = this.words;
    mt[0] = seed;
    for (let i = 1; i < N; i++) mt[i] = Math.imul(1812433253, mt[i - 1] ^ (mt[i - 1] >>> 30)) + i;
  }

  // 32 random bits.
  word() {
    const mt = this.words;
    if (this.at === N) {
      for (let k = 0; k < N; k++) {
        const y = (mt[k] & 0x80000000) | (mt[(k + 1) % N] & 0x7fffffff);
        mt[k] = mt[(k + M) % N] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
      }
      this.at = 0;
    }
    let y = mt[this.at++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  // From [0, 1), 53 bits.
  random() {
    const a = this.word() >>> 5, b = this.word() >>> 6;
    return (a * 67108864 + b) / 9007199254740992;
  }

  uniform(a, b) { return a + (b - a) * this.random(); }

  gauss(mu, sigma) {
    let z = this.spare;
    this.spare = null;
    if (z === null) {
      const angle = this.random() * 2 * Math.PI, radius = Math.sqrt(-2 * Math.log(1 - this.random()));
      z = Math.cos(angle) * radius;
      this.spare = Math.sin(angle) * radius;
    }
    return mu + z * sigma;
  }

  below(n) {
    const bits = 32 - Math.clz32(n);
    for (;;) {
      const r = this.word() >>> (32 - bits);
      if (r < n) return r;
    }
  }

  shuffle(list) {
    for (let i = list.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [list[i], list[j]] = [list[j], list[i]];
    }
  }
}

// The rows 0 .. n - 1 in the order that the library's batches shuffles them to.
export function shuffled(n, seed) {
  const rng = new Random(seed), low = [], high = [];
  for (let i = 0; i < n; i++) {
    low.push(rng.word());
    high.push(rng.word());
  }
  return [...low.keys()].sort((i, j) => high[i] - high[j] || low[i] - low[j] || i - j);
}
