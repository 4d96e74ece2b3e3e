pragma circom 2.1.0;
include "comparators.circom";

// One of each form that circom gives its generators: buses, arrays of components of several templates, parallel components,
// components without inputs, functions that return arrays, return early, recurse, and loop as their arguments say.

bus Point() {
  signal x;
  signal y[2];
}

function scaled(factor, values) {
  var result[3];
  for (var i = 0; i < 3; i++) result[i] = values[i] * factor;
  return result;
}

function early(x) {
  if (x == 3) {
    return 7;
  } else {
    if (x > 5) {
      return x * x;
    }
  }
  return 1;
}

function collatz(x) {
  var steps = 0;
  var last[4];
  while (x != 1) {
    if (x % 2 == 1) {
      x = 3 * x + 1;
    } else {
      x = x \ 2;
    }
    last[steps & 3] = x;
    steps += 1;
  }
  return steps + last[0];
}

function factorial(x) {
  if (x == 0) {
    return 1;
  }
  return x * factorial(x - 1);
}

// Undecided twice over: a loop that calls a recursion.
function sumOfFactorials(x) {
  var sum = 0;
  for (var i = 0; i <= x; i++) sum += factorial(i);
  return sum;
}

function found(values, wanted) {
  for (var i = 0; i < 3; i++) {
    if (values[i] == wanted) {
      return i + 1;
    }
  }
  return 0;
}

function pick(values, index) {
  return values[index & 1];
}

template Identity(n) {
  signal input in[n][2];
  signal output out[n][2];
  for (var i = 0; i < n; i++) out[i] <== in[i];
}

template Moved() {
  input Point from;
  output Point to;
  to.x <== from.x * from.x;
  to.y <== from.y;
}

template Square() {
  signal input a;
  signal output b;
  b <== a * a + 3;
}

template Five() {
  signal output o;
  o <== 5;
}

template Forms() {
  signal input a;
  signal input b;
  signal input c[3];
  signal input unused[2][3];
  signal output o[16];

  component identities[2];
  for (var k = 0; k < 2; k++) {
    identities[k] = Identity(k + 1);
    for (var i = 0; i <= k; i++) identities[k].in[i] <== [a + i, b];
  }
  o[0] <== identities[1].out[1][0] + identities[0].out[0][1];

  component zeros[2];
  zeros[0] = IsZero();
  zeros[1] = IsZero();
  zeros[0].in <== a - b;
  zeros[1].in <== a;
  o[1] <== zeros[0].out + zeros[1].out;

  component moved = Moved();
  moved.from.x <== a;
  moved.from.y <== [a, b];
  o[2] <== moved.to.x + moved.to.y[1];

  component square = parallel Square();
  square.a <== a;
  o[3] <== square.b;
  component five = Five();
  o[4] <== five.o;

  var doubled[3] = scaled(a, c);
  o[5] <-- doubled[0] + doubled[2];
  o[6] <-- early(a);
  o[7] <-- collatz(b);
  o[8] <-- factorial(b % 5);
  o[9] <-- pick(c, a);
  signal s[3];
  s <-- scaled(b, c);
  signal w[3];
  w <== c;
  w === c;
  assert(a != 12345);
  o[10] <== LessThan(20)([a, b]);

  var larger = 0;
  if (a > b) {
    larger = a;
  } else {
    larger = b;
  }
  o[11] <-- larger;
  o[12] <-- sumOfFactorials(a & 7);
  o[13] <-- found(c, a);
  signal branched;
  if (a == b) {
    branched <-- c[0];
  } else {
    branched <-- c[1] + s[2];
  }
  o[14] <-- branched;
  var table[4] = [c[0], c[1], c[2], a];
  table[b & 3] = 11;
  o[15] <-- table[a & 3] + table[3];
}

component main {public [a]} = Forms();
